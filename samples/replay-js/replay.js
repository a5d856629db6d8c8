// Sends events from objects in S3 to a Kinesis stream again. scanS3 lists the objects;
// sendToKinesis replays one of them.
const { GetObjectCommand, paginateListObjectsV2 } = require('@aws-sdk/client-s3')
const star = require('starjob')
const { s3 } = require('./clients')
const { elements } = require('./elements')
const { put } = require('./put')

const Bucket = process.env.BUCKET

// scanS3 generates an item for the step execute for each key of a part of the bucket:
// the keys that begin with prefix and sort after `after`. A bucket may have more keys
// than can be listed before the function's timeout: after half of its time, scanS3
// generates an item for its own step, with the rest.
module.exports.scanS3 = async (data, generate, context) => {
  const Prefix = data?.prefix ?? process.env.PREFIX
  const half = Date.now() + context.getRemainingTimeInMillis() / 2
  const pages = paginateListObjectsV2({ client: s3 }, { Bucket, Prefix, StartAfter: data?.after })
  for await (const { Contents = [], IsTruncated } of pages) {
    await generate(Contents.map(({ Key }) => ({ step: 'execute', data: Key })))
    if (IsTruncated && Date.now() > half) {
      return generate({ step: 'plan', data: { prefix: Prefix, after: Contents.at(-1).Key } })
    }
  }
}

// sendToKinesis puts the events of one object, a JSON array, into the stream, in order
// as far as Kinesis preserves it. If it runs again, it puts all of them again.
module.exports.sendToKinesis = async (Key, generate, { signal }) => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }), { abortSignal: signal })
  let events
  try {
    events = elements(await Body.transformToString())
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw star.drop(new Error(`${Key} is not a JSON array: ${error.message}`)) // a retry would not help
  }
  await put(events, signal)
}
