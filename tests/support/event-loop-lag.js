/** Loaded into a server process before the product: how late its event loop was, told on a line when SIGUSR2 asks for it. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

/** Milliseconds between two looks; what is measured holds them. */
const resolution = 10

// Worker threads load it too (as plain JavaScript, before tsx is there); theirs is not the loop that answers.
if (isMainThread) {
  const delay = monitorEventLoopDelay({ resolution })
  delay.enable()
  process.on('SIGUSR2', () => {
    const lag = Math.max(0, Math.round(delay.max / 1e6) - resolution)
    process.stdout.write(`${JSON.stringify({ message: 'event loop', lag })}\n`)
    delay.reset()
  })
}
