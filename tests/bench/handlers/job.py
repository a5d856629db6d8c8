"""The benchmarks' job in Python."""

TEXT = "x" * 78


def item(n):
    return {"step": "work", "data": {"n": n, "text": TEXT}}


def work(data, generate, context):
    pass


def plan(data, generate, context):
    """Generates items in one of the ways that handlers can."""
    items = data["items"]
    if data["how"] == "arrays":
        for n in range(0, items, 1000):
            generate([item(i) for i in range(n, n + 1000)])
    else:
        for n in range(items):
            generate(item(n))


async def coroutine(data, generate, context):
    """Generates items without waiting for each."""
    for n in range(data["items"]):
        generate(item(n))
