import { expect } from 'chai'
import { Writable } from 'node:stream'
import { apiKeySecrets } from '../../../adapters/security/api-key-secrets.ts'
import { logNotifier } from '../../../adapters/logging/log-notifier.ts'
import { logger } from '../../../adapters/logging/logger.ts'
import type { Logger, LoggerOptions } from '../../../adapters/logging/logger.ts'
import type { Notice } from '../../../core/notices/notice.ts'
import { id } from '../../../core/shared/id.ts'
import { noon } from '../../support/builders.ts'
import { right } from '../../support/world.ts'

interface Line {
  readonly time: string
  readonly level: string
  readonly module: string
  readonly message: string
  readonly error?: { readonly [name: string]: unknown; readonly cause?: unknown; readonly stack?: string }
  readonly [fact: string]: unknown
}

/** What is logged under the options, as text and line by line. */
const logged = (options: Partial<LoggerOptions>, speak: (log: Logger) => void) => {
  let text = ''
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      text += chunk.toString('utf8')
      done()
    },
  })
  speak(logger({ level: 'debug', module: 'library', ...options, stream }))
  const lines = text.split('\n').filter(line => line !== '')
  return { text, lines: lines.map(line => JSON.parse(line) as Line) }
}

const paseto = `v4.public.${Buffer.alloc(120, 5).toString('base64url')}`
const { key: apiKey } = apiKeySecrets().make()
const hidden = '[masked]'
const levels = ['error', 'warn', 'info', 'debug'] as const

describe('the log', () => {
  it('is a line of JSON each: time, level, module, message, facts', () => {
    const before = Date.now()
    const { text, lines } = logged({ module: 'circulation' }, log => {
      log.info('lent', { loan_id: 7, due: null, rules: ['loan-limit'] })
      log.warn('two\nlines')
    })
    expect(text.match(/\n/g)).to.have.length(2)
    expect(text.endsWith('\n')).to.be.true
    const [first, second] = lines
    expect(first).to.deep.equal({
      time: first!.time,
      level: 'info',
      module: 'circulation',
      message: 'lent',
      loan_id: 7,
      due: null,
      rules: ['loan-limit'],
    })
    expect(first!.time).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    expect(Date.parse(first!.time)).to.be.within(before, Date.now())
    expect(second).to.include({ level: 'warn', message: 'two\nlines' })
  })

  const heard: readonly (readonly [LoggerOptions['level'], readonly string[]])[] = [
    ['silent', []],
    ['error', ['error']],
    ['warn', ['error', 'warn']],
    ['info', ['error', 'warn', 'info']],
    ['debug', ['error', 'warn', 'info', 'debug']],
  ]
  for (const [level, expected] of heard) {
    it(`at level ${level} has ${expected.join(', ') || 'nothing'}`, () => {
      const { lines } = logged({ level }, log => {
        for (const at of levels) log[at]('said', { at })
      })
      expect(lines.map(line => line.level)).to.deep.equal(expected)
      expect(lines.map(line => line['at'])).to.deep.equal(expected)
    })
  }

  const masked: readonly (readonly [name: string, value: unknown])[] = [
    ['password', 'hush'],
    ['ADMIN_PASSWORD', 'hush'],
    ['password_hash', '$2b$12$hush'],
    ['token', 'hush'],
    ['access_token', 'hush'],
    ['refreshToken', 'hush'],
    ['authorization', 'Bearer hush'],
    ['Authorization', 'Basic hush'],
    ['cookie', 'session=hush'],
    ['api_key', 'hush'],
    ['apiKey', 'hush'],
    ['x-api-key', 'hush'],
    ['otp', '123456'],
    ['otp_secret', 'hush'],
    ['pepper', 'hush'],
    ['token_signing_key', 'hush'],
    ['secret', { inner: 'hush' }],
    ['email', 'ada@hush.example'],
    ['e-mail', 'ada@hush.example'],
    ['Email', 'ada@hush.example'],
    ['contact_email', 'ada@hush.example'],
    ['email_normalised', 'ada@hush.example'],
    ['phone', '+49 hush'],
    ['address', 'hush street'],
    ['first_name', 'hush'],
    ['firstName', 'hush'],
    ['last_name_sort', 'hush'],
    ['date_of_birth', 'hush'],
    ['emergencyContact', ['hush']],
    ['library_card_number', 'hush'],
    ['cardNumber', 'hush'],
    ['username', 'hush'],
    ['login', 'hush'],
  ]
  for (const [name, value] of masked) {
    it(`hides ${name}, wherever it stands`, () => {
      const { text, lines } = logged({}, log => {
        log.info('here', { [name]: value })
        log.info('deeper', { request: { body: [{ [name]: value }] } })
        log.info('deepest', { a: { b: { c: { d: { e: { f: { [name]: value } } } } } } })
      })
      expect(text).not.to.include('hush').and.not.to.include('123456')
      expect(lines[0]![name]).to.equal(hidden)
      expect(lines[1]!['request']).to.deep.equal({ body: [{ [name]: hidden }] })
      expect(text.split(hidden)).to.have.length(4)
    })
  }

  it('shows what is no secret', () => {
    const facts = {
      request_id: 'r-1',
      member_id: 42,
      route: '/api/v1/borrowings/:id',
      status: 201,
      milliseconds: 3,
      name: 'Central',
      url: 'http://127.0.0.1:3000',
      login_count: 3,
    }
    expect(logged({}, log => log.info('request', facts)).lines[0]).to.include(facts)
  })

  it('hides what lies too deep to be looked into', () => {
    let facts: object = { password: 'hush', note: 'hush' }
    for (let depth = 0; depth < 20; depth += 1) facts = { facts }
    expect(logged({}, log => log.info('deep', facts)).text).not.to.include('hush')
  })

  it('has an end for an object that holds itself', () => {
    const facts: Record<string, unknown> = { note: 'here' }
    facts['self'] = facts
    expect(logged({}, log => log.info('round', facts)).lines[0]).to.include({
      message: 'round',
      note: 'here',
    })
  })

  it('does not change what it is given', () => {
    const facts = { password: 'hush', inner: { token: 'hush' } }
    logged({}, log => log.info('kept', facts))
    expect(facts).to.deep.equal({ password: 'hush', inner: { token: 'hush' } })
  })

  const texts: readonly (readonly [what: string, text: string, shown: string])[] = [
    ['a PASETO token', `refused ${paseto}, sorry`, `refused ${hidden}, sorry`],
    ['a token with a footer', `${paseto}.eyJraWQiOiIxIn0`, hidden],
    ['a token of another kind', `v3.local.${'x'.repeat(90)} ended`, `${hidden} ended`],
    ['a header', `Authorization: Bearer ${paseto}`, `Authorization: Bearer ${hidden}`],
    ['a signing key', `k4.secret.${'x'.repeat(86)}`, hidden],
    [
      'a connection string',
      'at postgres://library:hush@db:5432/library',
      `at postgres://library:${hidden}@db:5432/library`,
    ],
    ['one without a user', 'redis://:hush@cache:6379', `redis://:${hidden}@cache:6379`],
    [
      'one with marks in the password',
      'postgres://u:h@u/s:h@db/library',
      `postgres://u:${hidden}@db/library`,
    ],
    ['an address with a port and no password', 'http://127.0.0.1:3000/api', 'http://127.0.0.1:3000/api'],
    ['an API key', `sent ${apiKey}`, `sent ${hidden}`],
    ['a word that begins as one', 'lib_keys are 3', 'lib_keys are 3'],
    ['a version', 'v4.1.2 of v4.public', 'v4.1.2 of v4.public'],
  ]
  for (const [what, text, shown] of texts) {
    it(`masks ${what} in a message, a fact, and an error with its stack and causes`, () => {
      const { lines } = logged({}, log => {
        log.error(text, {
          note: text,
          list: [text],
          error: new Error(text, { cause: new Error(text, { cause: text }) }),
        })
      })
      const [line] = lines
      expect(line).to.include({ message: shown, note: shown })
      expect(line!['list']).to.deep.equal([shown])
      const cause = line!.error!.cause as { message: string; stack: string; cause: string }
      expect([line!.error!['message'], cause.message, cause.cause]).to.deep.equal([shown, shown, shown])
      for (const stack of [line!.error!.stack!, cause.stack])
        expect(stack.startsWith(`Error: ${shown}\n`)).to.be.true
    })
  }

  it('tells an error with its name, code, stack and causes', () => {
    const root = Object.assign(new TypeError('the root'), { code: 'E_ROOT' })
    const { lines } = logged({}, log => {
      log.error('bug', { error: new Error('above', { cause: root }), request_id: 'r-1' })
    })
    const { error, ...line } = lines[0]!
    expect(line).to.include({ level: 'error', message: 'bug', request_id: 'r-1' })
    expect(error).to.include({ name: 'Error', message: 'above' })
    expect(error!.stack).to.include('logger.test.ts')
    expect(error!.cause).to.include({ name: 'TypeError', message: 'the root', code: 'E_ROOT' })
  })

  it('tells what was thrown though it is no error', () => {
    for (const thrown of ['a text', 7, null, { type: 'StoreFailure', reason: 'busy' }])
      expect(logged({}, log => log.error('bug', { error: thrown })).lines[0]!.error).to.deep.equal(thrown)
  })

  it('has an end for an error that causes itself', () => {
    const error = new Error('round')
    error.cause = error
    expect(logged({}, log => log.error('bug', { error })).lines[0]!.error).to.include({ message: 'round' })
  })
})

describe('the notifier that writes to the log', () => {
  const notice: Notice = {
    key: 'event-77',
    kind: 'checked_out',
    memberId: id<'member'>(42),
    at: noon,
    facts: { loan_id: 7, due_at: noon },
  }

  it('writes the notice with its key, by which a second one is known', async () => {
    let sending: Promise<void> = Promise.resolve()
    const { lines } = logged({}, log => {
      sending = right(logNotifier(log).send(notice))
    })
    await sending
    expect(lines).to.have.length(1)
    expect(lines[0]).to.deep.include({
      level: 'info',
      message: 'notice',
      key: 'event-77',
      kind: 'checked_out',
      member_id: 42,
      at: noon,
      facts: { loan_id: 7, due_at: noon },
    })
  })

  it('names the branch whose staff are told, where no member is', async () => {
    let sending: Promise<void> = Promise.resolve()
    const { lines } = logged({}, log => {
      sending = right(
        logNotifier(log).send({
          key: 'event-78',
          kind: 'transfer_overdue',
          branchId: id<'branch'>(2),
          at: noon,
          facts: { transfer_id: 5 },
        }),
      )
    })
    await sending
    expect(lines[0]).to.deep.include({ key: 'event-78', kind: 'transfer_overdue', branch_id: 2 })
    expect(lines[0]).not.to.have.property('member_id')
  })
})
