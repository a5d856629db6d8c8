// elements returns the elements of a JSON array as the texts that they are: an
// event must arrive as it was, and JSON.parse would round a large number. A text
// that is no JSON array is a SyntaxError.
module.exports.elements = text => {
  if (!Array.isArray(JSON.parse(text))) throw new SyntaxError('the outermost value is no array')
  const found = []
  let depth = 0
  let start = 0
  // Strings are matched as a whole, so that what they hold counts for nothing.
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
  return found.map(element => element.trim()).filter(element => element !== '') // an empty array has one empty text
}
