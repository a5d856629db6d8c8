import replay from '../src/jobs/replay.cjs'
export default replay
