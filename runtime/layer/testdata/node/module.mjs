// An ES module, which the package is imported into.
import star, { drop } from 'starjob'
import cases from './cases.js'

if (star.drop !== drop) throw new Error('two copies of starjob')

export const { handler } = cases
