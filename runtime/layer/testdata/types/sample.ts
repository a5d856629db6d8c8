// Uses all of the API; the compiler must have nothing to say, but where an
// error is expected.
import star, { drop, retryAfter, GenerateError } from 'starjob'
import type { Context, Generate, Handler, Invocation, Reason } from 'starjob'

interface Page { number: number }

export const plan: Handler<{ pages: number }> = async (data, generate, context) => {
  for (let number = 0; number < data.pages; number++) {
    const page: Invocation<Page> = { step: 'execute', data: { number }, delay: 5, group: 'g' }
    await generate(page)
  }
  await generate([{ step: 'a' }, { step: 'b', data: null }])
  if (context.signal.aborted || context.getRemainingTimeInMillis() < 1000) throw retryAfter(60, new Error('no time'))
  const since: Date | undefined = context.firstSent
  console.log(since, context.job, context.step, context.messageId, context.attempt + context.depth, context.requestId)
}

export const execute: Handler<Page> = ({ number }, generate: Generate, { messageId }: Context) => {
  if (number < 0) throw star.drop('no such page')
  generate({ step: 'report', data: messageId }).catch((error: unknown) => {
    if (error instanceof GenerateError) {
      const reason: Reason = error.reason
      throw drop(new Error(`${error.step}: ${reason}`, { cause: error }))
    }
  })
}

export const anything: Handler = (data) => data.anything

// @ts-expect-error: a step is needed
export const wrong: Handler = (_, generate) => generate({ data: 1 })
