const { createHash } = require('node:crypto')
const { setTimeout: pause } = require('node:timers/promises')
const { PutRecordsCommand } = require('@aws-sdk/client-kinesis')
const { kinesis } = require('./clients')

const StreamName = process.env.STREAM

// Bounds of one PutRecords call. Kinesis accepts up to 10 MiB. Half of that is as fast,
// and cheaper to repeat.
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html
const maxRecords = 500
const maxBytes = 5 * 1024 * 1024 // data and partition keys

// Bounds of the delay before refused records are put again, in milliseconds.
const minPause = 100
const maxPause = 5000

// put returns when Kinesis has accepted all events. PutRecords succeeds even if it
// refuses some records, usually because a shard is busy. Only those are put again.
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

// chunks collects records for as few calls as possible. A record that is larger than
// maxBytes gets its own call, and the stream decides whether to accept it.
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

// recordOf derives a record's partition key from its bytes. That distributes records
// over all shards, and sends a duplicate to the shard of the first record, where a
// consumer can recognize it.
function recordOf (event) {
  const Data = Buffer.from(event)
  return { Data, PartitionKey: createHash('sha256').update(Data).digest('hex').slice(0, 32) }
}
