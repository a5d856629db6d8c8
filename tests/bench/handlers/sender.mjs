// Sends prepared batches with the SDK, and prints the duration in seconds.
//
//	node sender.mjs NODE_MODULES ITEMS CONNECTIONS
import http from 'node:http'
import { createRequire } from 'node:module'

const [modules, items, connections] = process.argv.slice(2)
const require = createRequire(`${modules}/_`)
const { SQSClient, SendMessageBatchCommand } = require('@aws-sdk/client-sqs')
const { NodeHttpHandler } = require('@smithy/node-http-handler')

const agent = new http.Agent({ keepAlive: true, maxSockets: Number(connections) })
const client = new SQSClient({ requestHandler: new NodeHttpHandler({ httpAgent: agent }) })
const MessageBody = JSON.stringify({ n: 500000, text: 'x'.repeat(78) })
const MessageAttributes = { 'star.depth': { DataType: 'Number', StringValue: '1' } }
const Entries = Array.from({ length: 10 }, (_, i) => ({ Id: String(i), MessageBody, MessageAttributes }))

let left = Number(items) / 10
async function send() {
  while (left-- > 0) {
    const { Successful } = await client.send(new SendMessageBatchCommand({ QueueUrl: process.env.STAR_QUEUE, Entries }))
    if (Successful.length !== 10) throw new Error(`${Successful.length} of ten were accepted`)
  }
}

const began = performance.now()
await Promise.all(Array.from({ length: Number(connections) }, send))
console.log((performance.now() - began) / 1000)
