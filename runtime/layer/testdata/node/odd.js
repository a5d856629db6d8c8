// Handlers with unusual behavior, one for each case.
const star = require('starjob')

const loop = new Error('of itself')
loop.cause = loop

class Locked extends Error {
  get message() { throw new Error('locked') }
}

function* generator(generate) { generate({ step: 'a' }) }

async function* asyncGenerator(generate) { generate({ step: 'a' }) }

const cases = {
  throwsNothing: () => { throw undefined },
  throwsNull: () => { throw null },
  throwsObject: () => { throw { code: 7 } },
  throwsSymbol: () => { throw Symbol('s') },
  throwsLocked: () => { throw new Locked() },
  throwsLoop: () => { throw loop },
  throwsFrozen: () => { throw Object.freeze(new RangeError('cold')) },
  throwsHuge: () => { throw new RangeError('x'.repeat(2 << 20)) },
  throwsHalf: () => { throw new RangeError('half \ud800') },
  throwsProxy: () => { throw new Proxy({}, { get() { throw new Error('no') } }) },
  dropsNothing: () => { throw star.drop() },
  dropsInPromise: () => Promise.all([null, Promise.reject(star.drop(new RangeError('no use')))]),
  dropsInGroup: () => Promise.any([Promise.reject(new Error('no')), Promise.reject(star.drop(new RangeError('no use')))]),
  rejectsNothing: () => Promise.reject(),
  thenable: () => ({ then(done) { done(); done() } }),
  thenableThrows: () => ({ then(done) { done(); throw new Error('too late') } }),
  thenableLocked: () => ({ get then() { throw new RangeError('locked') } }),
  generator: (_, generate) => generator(generate),
  asyncGenerator: (_, generate) => asyncGenerator(generate),
  generatorLater: async (_, generate) => generator(generate),
  undefinedData: async (_, generate) => generate({ step: 'a', data: undefined }),
  notANumber: async (_, generate) => generate({ step: 'a', data: [NaN, -0, 2 ** 53 + 2] }),
  date: async (_, generate) => generate({ step: 'a', data: new Date(0) }),
  badDate: async (_, generate) => generate({ step: 'a', data: new Date(NaN) }),
  functionData: async (_, generate) => generate({ step: 'a', data: () => {} }),
  cycle: async (_, generate) => { const data = {}; data.data = data; await generate({ step: 'a', data }) },
  throwsInEncoder: async (_, generate) => generate({ step: 'a', data: { toJSON() { throw new RangeError('no JSON') } } }),
  throwsTextInEncoder: async (_, generate) => generate({ step: 'a', data: { toJSON() { throw 'no JSON' } } }),
  generatesInEncoder: async (_, generate) => generate({ step: 'a', data: { toJSON() { generate({ step: 'b' }); return 1 } } }),
  lockedStep: (_, generate) => { generate([{ get step() { throw 'locked' } }, { step: 'a' }]) },
  bareStep: (_, generate) => { generate({ step: Object.create(null) }) },
  infiniteDelay: async (_, generate) => generate({ step: 'a', delay: Infinity }),
  noDelay: async (_, generate) => generate({ step: 'a', delay: NaN }),
}

exports.handler = (data, generate, context) => cases[data.case](data, generate, context)
