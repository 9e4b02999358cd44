/** A process with one empty route: of Koa and its router, or of node:http alone, as its argument says. */
import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import Router from '@koa/router'
import Koa from 'koa'

const answer = { success: true }

const koa = (): RequestListener => {
  const router = new Router()
  router.get('/empty', context => {
    context.body = answer
  })
  const handle = new Koa().use(router.routes()).callback()
  return (request, response) => {
    void handle(request, response)
  }
}

const bareHttp: RequestListener = (_request, response) => {
  response.setHeader('Content-Type', 'application/json; charset=utf-8')
  response.end(JSON.stringify(answer))
}

const server = createServer(process.argv[2] === 'koa' ? koa() : bareHttp)
server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}` })
})
process.on('disconnect', () => process.exit(0))
