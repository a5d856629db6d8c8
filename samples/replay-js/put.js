const { createHash } = require('node:crypto')
const { setTimeout: pause } = require('node:timers/promises')
const { PutRecordsCommand } = require('@aws-sdk/client-kinesis')
const { kinesis } = require('./clients')

const StreamName = process.env.STREAM

// Bounds of one PutRecords. Kinesis takes up to 10 MiB; half of that is as fast,
// and costs less to send again.
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html
const maxRecords = 500
const maxBytes = 5 * 1024 * 1024 // data and partition keys

// Bounds of the pause before refused records are put again, in milliseconds.
const minPause = 100
const maxPause = 5000

// put returns when Kinesis has all events. PutRecords succeeds even where it
// refuses records, mostly because a shard is busy: those alone are put again.
module.exports.put = async (events, abortSignal) => {
  for (const chunk of chunks(events)) {
    let Records = chunk
    for (let wait = minPause; ; wait = Math.min(2 * wait, maxPause)) {
      const answer = await kinesis.send(new PutRecordsCommand({ StreamName, Records }), { abortSignal })
      Records = Records.filter((_, i) => answer.Records[i].ErrorCode)
      if (Records.length === 0) break
      await pause(wait * (0.5 + Math.random() / 2), undefined, { signal: abortSignal })
    }
  }
}

// chunks gathers records into as few calls as possible. A record that is larger
// than maxBytes goes alone: whether it is accepted, the stream decides.
function * chunks (events) {
  let chunk = []
  let size = 0
  for (const event of events) {
    const record = recordOf(event)
    const added = record.Data.length + record.PartitionKey.length
    if (chunk.length === maxRecords || (chunk.length > 0 && size + added > maxBytes)) {
      yield chunk
      chunk = []
      size = 0
    }
    chunk.push(record)
    size += added
  }
  if (chunk.length > 0) yield chunk
}

// recordOf derives a record's partition key from its bytes. That spreads records
// over all shards, and leads a duplicate to the shard of the first, where a
// consumer can tell.
function recordOf (event) {
  const Data = Buffer.from(event)
  return { Data, PartitionKey: createHash('sha256').update(Data).digest('hex').slice(0, 32) }
}
