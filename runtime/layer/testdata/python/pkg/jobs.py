LIMIT = 3


def scan(data, generate, context):
    generate("a", data)


def each(data, generate, context):
    yield generate("a", data)
