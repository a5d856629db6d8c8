// elements returns the elements of a JSON array as strings, because an event must arrive
// unchanged, and JSON.parse would round large numbers. It throws a SyntaxError if the
// string is not a JSON array.
module.exports.elements = text => {
  if (!Array.isArray(JSON.parse(text))) throw new SyntaxError('the outermost value is no array')
  const found = []
  let depth = 0
  let start = 0
  // JSON strings are matched entirely, so that brackets and commas in them are ignored.
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{},]/g)) {
    if (token === '[' || token === '{') {
      depth++
      if (depth === 1) start = index + 1
    } else if (token === ']' || token === '}') {
      depth--
      if (depth === 0) found.push(text.slice(start, index))
    } else if (token === ',' && depth === 1) {
      found.push(text.slice(start, index))
      start = index + 1
    }
  }
  return found.map(element => element.trim()).filter(element => element !== '') // an empty array results in one empty string
}
