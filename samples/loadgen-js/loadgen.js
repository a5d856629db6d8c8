// Sends HTTP requests at a steady rate. generateLoad keeps the time and generates one
// item for each request; executeTests makes one request.
const { setTimeout: pause } = require('node:timers/promises')
const star = require('starjob')

const tick = 10 // milliseconds between two looks at the clock
const maxItems = 1000 // that are generated in one call

// generateLoad generates an item for each request when it is due. The run may be much
// longer than the function's timeout: after half of its time, generateLoad generates an
// item for its own step, which continues the run. All plans of a run compute from the
// same start, so a plan catches up if the one before it was late.
module.exports.generateLoad = async (load, generate, context) => {
  const { rps, duration, url, start = Date.now() } = check(load)
  const half = Date.now() + context.getRemainingTimeInMillis() / 2
  const total = Math.floor(rps * duration)
  let sent = load.sent ?? 0
  while (sent < total) {
    if (Date.now() >= half) {
      return generate({ step: 'plan', data: { rps, duration, url, start, sent } })
    }
    const due = Math.min(Math.floor(rps * (Date.now() - start) / 1000), total, sent + maxItems)
    const requests = []
    while (sent < due) {
      requests.push({ step: 'execute', data: { url, number: ++sent } })
    }
    await (requests.length > 0 ? generate(requests) : pause(tick))
  }
}

// check returns a load. It drops the item of an invalid load, with a list of everything
// that is wrong.
function check (load) {
  const { rps, duration, url } = load ?? {}
  const problems = []
  if (!(Number.isInteger(rps) && rps > 0 && rps <= 1e6)) problems.push(`rps is ${rps}: it must be an integer from 1 to 1,000,000`)
  if (!(duration > 0 && Number.isFinite(duration))) problems.push(`duration is ${duration}: it must be a positive number of seconds`)
  if (!/^https?:\/\/./.test(url)) problems.push(`url is ${url}: it must begin with http:// or https://`)
  if (problems.length > 0) throw star.drop(new RangeError(problems.join('\n')))
  return load
}

// executeTests makes one request and logs its outcome. A failure is a result too:
// executeTests throws the error so that it is counted, and IgnoreErrors in the template
// prevents a retry.
module.exports.executeTests = async ({ url, number }, generate, { signal }) => {
  const begun = Date.now()
  const response = await fetch(url, { signal })
  await response.arrayBuffer() // after reading to the end, the connection can be reused
  console.log(`request ${number}: ${response.status} after ${Date.now() - begun} ms`)
  if (response.status >= 400) throw new Error(`${url} answered ${response.status}`)
}
