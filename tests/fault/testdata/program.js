// The fault suite's program in JavaScript: the same as program_test.go.
const http = require('node:http')
const { once } = require('node:events')
const { setTimeout: pause } = require('node:timers/promises')
const { drop, retryAfter } = require('starjob')

exports.work = async (data, generate, context) => {
  if (typeof data !== 'object') throw new TypeError(`this is no item: ${data}`)
  const delivery = `${context.messageId}.${context.attempt}`
  const script = JSON.parse(await report('began', delivery))
  const all = script.generate.map(child => invocationOf(child, delivery))
  if (script.together) await generate(all)
  for (const one of script.together ? [] : all) {
    const accepted = generate(one)
    if (!script.loose) await accepted
  }
  await behave(script, context, () => generate(invocationOf({ step: 'work', id: 'late', group: 'late' }, delivery)).then(
    () => report('late', delivery),
    () => {} // expected
  ))
  if (script.then !== 'yields') await report('handled', delivery)
}

function invocationOf ({ step, id, group, delay, pad, text }, by) {
  const data = text ? `${id} ${by}` : { ID: id, By: by, Pad: pad ? 'x'.repeat(pad) : undefined }
  return { step, data, group, delay }
}

async function behave ({ then, pause: ms }, { signal, getRemainingTimeInMillis }, late) {
  switch (then) {
    case 'fails': throw new Error('as planned')
    case 'drops': throw drop(new Error('as planned'))
    case 'retries': throw retryAfter(0, new Error('as planned'))
    case 'panics': throw 'as planned' // eslint-disable-line no-throw-literal
    case 'exits': return Promise.reject() // eslint-disable-line prefer-promise-reject-errors
    case 'quits': process.exit(3) // eslint-disable-line no-fallthrough
    case 'slow': // eslint-disable-line no-fallthrough
      await over(signal)
      throw signal.reason
    case 'yields':
      return over(signal)
    case 'deaf':
      await over(signal)
      await pause(ms)
      return late()
    case 'blocks':
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, getRemainingTimeInMillis() + ms)
      return late()
  }
}

const over = signal => signal.aborted ? undefined : once(signal, 'abort')

const agent = new http.Agent({ keepAlive: true })

// report reports to the test, and returns the response.
async function report (what, delivery) {
  for (;;) {
    try {
      const request = http.request(`${process.env.STARJOB_FAULT_REPORT}/${what}/${delivery}`, { method: 'POST', agent })
      request.end()
      const [response] = await once(request, 'response')
      let text = ''
      for await (const part of response.setEncoding('utf8')) text += part
      return text
    } catch (error) {
      console.error('the test does not answer', error)
      await pause(10)
    }
  }
}
