const test = require('node:test')
const assert = require('node:assert')
const { elements } = require('./elements')

test('elements are the texts between the commas', () => {
  for (const [text, want] of [
    ['[]', []],
    [' [ \n ] ', []],
    ['[1]', ['1']],
    ['[12345678901234567890, 1.0]', ['12345678901234567890', '1.0']],
    ['[{"a": [1, {"b": "]}, \\" \\\\"}]},\n"\\\\", "[", null]', ['{"a": [1, {"b": "]}, \\" \\\\"}]}', '"\\\\"', '"["', 'null']],
    ['[[], [[1, 2], {}]]', ['[]', '[[1, 2], {}]']]
  ]) assert.deepStrictEqual(elements(text), want)
})

test('elements of any array are those that JSON.parse finds', () => {
  const value = depth => [
    () => null, () => Math.random(), () => '",]}[{\\"\u2028'.slice(Math.random() * 8),
    () => Array.from({ length: depth }, () => value(depth - 1)),
    () => Object.fromEntries(Array.from({ length: depth }, (_, i) => ['"' + i, value(depth - 1)]))
  ][Math.floor(Math.random() * (depth > 0 ? 5 : 3))]()
  for (let i = 0; i < 2000; i++) {
    const array = Array.from({ length: i % 5 }, () => value(3))
    for (const text of [JSON.stringify(array), JSON.stringify(array, null, 2)]) {
      assert.deepStrictEqual(elements(text).map(JSON.parse), array, text)
    }
  }
})

test('what is no array is a SyntaxError', () => {
  for (const text of ['', '{}', '3', '[1,]', '[1', '[1] [2]', 'null']) assert.throws(() => elements(text), SyntaxError, text)
})
