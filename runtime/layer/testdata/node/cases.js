// The cases of the tests. The other languages have the same cases.
const { spawnSync } = require('node:child_process')
const { once } = require('node:events')
const { inspect } = require('node:util')
const star = require('starjob')

let kept // the generate function of an item that has ended

class Own extends Error {}

const cases = {
  done: async () => 'is ignored',
  plain: () => 'is ignored',
  throws: () => { throw new TypeError('boom') },
  rejects: async () => { await null; throw new TypeError('boom') },
  own: async () => { throw new Own('mine') },
  drops: async () => { throw star.drop(new RangeError('no use')) },
  dropsText: async () => { throw star.drop('no use') },
  dropsCause: async () => { throw new Own('outer', { cause: star.drop(new RangeError('inner')) }) },
  dropsInRetry: async () => { throw star.retryAfter(5, star.drop('no use')) },
  retriesInDrop: async () => { throw star.drop(star.retryAfter(5, 'later')) },
  retriesTwice: async () => { throw star.retryAfter(5, star.retryAfter(90, 'later')) },
  retries: async () => { throw star.retryAfter(90, new RangeError('later')) },
  retriesBadly: async () => { throw star.retryAfter('90') },
  retriesNever: async () => { throw star.retryAfter(Infinity) },
  generates: async (_, generate) => {
    await generate({ step: 'a', data: { n: 1 } })
    await generate({ step: 'b', delay: 1.5, group: 'g' })
  },
  list: async (_, generate) => generate([{ step: 'a', data: 1 }, { step: 'b', data: [] }]),
  empty: async (_, generate) => generate([]),
  order: async (_, generate) => { for (let n = 0; n < 5; n++) await generate({ step: 'a', data: n }) },
  unawaited: (_, generate) => { for (let n = 0; n < 3; n++) generate({ step: 'a', data: n }) },
  snapshot: async (_, generate) => {
    const data = { n: 1 }
    const accepted = generate({ step: 'a', data })
    data.n = 2
    await accepted
  },
  refused: async (_, generate) => generate({ step: 'bad' }),
  refusedInList: async (_, generate) => generate([{ step: 'bad1' }, { step: 'a' }, { step: 'bad2' }]),
  caught: async (_, generate) => {
    try {
      await generate({ step: 'bad' })
    } catch (error) {
      await generate({ step: 'a', data: [error instanceof star.GenerateError, error.name, error.reason, error.step] })
    }
  },
  caughtLate: async (_, generate) => {
    const outcome = generate({ step: 'bad' })
    await generate({ step: 'a' })
    await outcome.catch(() => {})
  },
  unhandled: async (_, generate) => { generate({ step: 'bad' }) },
  unhandledAll: async (_, generate) => { Promise.all([generate({ step: 'a' }), generate({ step: 'bad' })]) },
  ownErrorWins: async (_, generate) => { generate({ step: 'bad' }); throw new TypeError('boom') },
  notJSON: async (_, generate) => generate({ step: 'a', data: 1n }),
  notJSONUnhandled: (_, generate) => { generate({ step: 'a', data: 1n }) },
  notAnInvocation: async (_, generate) => generate(7),
  badDelay: async (_, generate) => generate({ step: 'a', delay: '5' }),
  badGroup: async (_, generate) => generate({ step: 'a', group: 5 }),
  context: async (_, generate, c) => generate({
    step: 'a',
    data: [c.job, c.step, c.messageId, c.attempt, c.depth, c.firstSent.getTime(), c.requestId, c.signal.aborted, c.getRemainingTimeInMillis() > 1e9],
  }),
  contextShown: async (_, generate, c) => generate({ step: 'a', data: [inspect(c).includes(c.messageId), c] }),
  echo: async (data, generate) => generate({ step: 'a', data: data.value }),
  length: async (data, generate) => generate({ step: 'a', data: data.value.length }),
  many: async (data, generate) => generate(Array.from({ length: data.count }, (_, n) => ({ step: 'a', data: data.text ?? n }))),
  loop: async (data, generate) => { for (let n = 0; n < data.count; n++) await generate({ step: 'a', data: n }) },
  swallows: async (_, generate) => { for (let n = 0; n < 3; n++) await generate({ step: 'a', data: n }).catch(() => {}) },
  notPlain: async (_, generate) => {
    await generate({ step: 'a' })
    let refused = 0
    for (const other of [{ step: 'b' }, { step: 'a', delay: 1 }, { step: 'a', group: 'g' }, { step: 'a', data: 'x'.repeat(16 << 10) }]) {
      await generate(other).catch(() => refused++)
    }
    await generate({ step: 'a', data: refused })
  },
  waits: async (_, generate, { signal }) => {
    if (!signal.aborted) await once(signal, 'abort')
    await generate({ step: 'a' }).catch(() => {})
    throw signal.reason
  },
  exits: async () => process.exit(3),
  blocks: () => { for (;;); },
  hangs: () => new Promise(() => {}),
  prints: () => { process.stdout.write('half a line '); console.log('to log') },
  logs: async () => { console.log('one'); await null; console.error('two\nlines'); console.debug('three') },
  childHasSocket: async (_, generate) => generate({ step: 'a', data: spawnSync('sh', ['-c', 'true >&3'], { stdio: 'ignore' }).status === 0 }),
  late: (_, generate) => { kept = generate },
  later: async () => kept({ step: 'a' }),
  laterUnhandled: async () => { kept({ step: 'a' }) },
  throwsOutside: () => new Promise(() => setTimeout(() => { throw new TypeError('outside') }, 1)),
  rejectsOutside: () => { Promise.reject(new TypeError('outside')); return new Promise(() => {}) },
  string: () => { throw 'text' },
}

exports.handler = (data, generate, context) => cases[data.case](data, generate, context)
