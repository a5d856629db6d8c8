// The benchmarks' job in JavaScript.
const text = 'x'.repeat(78)
const item = (n) => ({ step: 'work', data: { n, text } })

exports.work = () => {}

// plan generates items in one of the ways that handlers can.
exports.plan = async ({ items, how }, generate) => {
  if (how === 'arrays') {
    for (let n = 0; n < items; n += 1000) await generate(Array.from({ length: 1000 }, (_, i) => item(n + i)))
  } else {
    for (let n = 0; n < items; n++) {
      if (how === 'awaited') await generate(item(n))
      else generate(item(n))
    }
  }
}
