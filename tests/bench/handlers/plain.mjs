// The simplest function in JavaScript. It implements the Runtime API itself, decodes the
// items of a batch, and reports failures.
import http from 'node:http'

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':')
const agent = new http.Agent({ keepAlive: true })

function call(method, path, body) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host, port, method, path: `/2018-06-01/runtime/invocation/${path}`, agent }, (response) => {
      const chunks = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('end', () => resolve({ headers: response.headers, text: Buffer.concat(chunks).toString() }))
    })
    request.on('error', reject)
    request.end(body)
  })
}

async function handle(item) {}

for (;;) {
  const { headers, text } = await call('GET', 'next')
  const batchItemFailures = []
  await Promise.all(JSON.parse(text).Records.map(async ({ messageId, body }) => {
    try {
      await handle(JSON.parse(body))
    } catch (error) {
      console.error(error)
      batchItemFailures.push({ itemIdentifier: messageId })
    }
  }))
  await call('POST', `${headers['lambda-runtime-aws-request-id']}/response`, JSON.stringify({ batchItemFailures }))
}
