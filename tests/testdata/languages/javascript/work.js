// The scripted handler of the language tests: an item says what it does.
const { setTimeout: pause } = require('node:timers/promises')
const star = require('starjob')

const meetings = {} // by name: the number of waiting handlers, and the function that ends their wait

const acts = {
  ok: () => {},
  fail: ({ text }) => { throw new TypeError(text) },
  reject: async ({ text }) => { await pause(1); throw new TypeError(text) },
  drop: ({ text }) => { throw star.drop(new RangeError(text)) },
  retry: ({ after }) => { throw star.retryAfter(after, new Error('not yet')) },
  generate: async ({ items }, generate) => { for (const item of items) await generate(item) },
  together: ({ items }, generate) => generate(items),
  unawaited: ({ items }, generate) => { for (const item of items) generate(item) },
  many: async ({ n }, generate) => { for (let i = 0; i < n; i++) await generate({ step: 'next', data: i }) },
  refused: async ({ item, size, unencodable }, generate) => {
    if (size) item.data = 'x'.repeat(size)
    if (unencodable) item.data = 10n
    try {
      await generate(item)
    } catch (error) {
      if (error.name !== 'GenerateError') throw error
      await generate({ step: 'next', data: { reason: error.reason, step: error.step, message: error.message } })
    }
  },
  generateAndFail: async ({ items, text }, generate) => { await generate(items); throw new TypeError(text) },
  meet: ({ name, n }) => {
    const m = meetings[name] ??= { there: 0 }
    m.all ??= new Promise(resolve => { m.open = resolve })
    if (++m.there === n) m.open()
    return m.all
  },
  dropNothing: () => { throw star.drop() },
  generateNothing: (data, generate) => generate([]),
  obey: (data, generate, { signal }) => new Promise(resolve => signal.addEventListener('abort', resolve)),
  deaf: () => pause(60_000),
  late: async (data, generate, { signal }) => {
    await new Promise(resolve => signal.addEventListener('abort', resolve))
    await generate({ step: 'next', data: 'too late' }).catch(error => {
      console.error(`refused: ${error.reason}`)
      throw error
    })
  },
  about: (data, generate, { job, step, messageId, attempt, depth, firstSent, getRemainingTimeInMillis }) =>
    generate({ step: 'next', data: { job, step, messageId, attempt, depth, firstSent: firstSent?.getTime() ?? 0 } }),
  log: ({ text }) => console.warn(text),
  noise: () => { process.stdout.write('half a line'); process.stderr.write('half a line') },
  exit: () => process.exit(3)
}

exports.handle = (data, generate, context) => acts[data.do](data, generate, context)
