/** An operation, done over HTTP: what it asks depends on what was answered before, and on nothing else. */
import { instant, plusDays, plusMinutes, toIso } from '../../core/shared/local-time.ts'
import type { Day, Instant } from '../../core/shared/local-time.ts'
import type { Reply } from '../http/support/client.ts'
import { canonical } from './canonical.ts'
import type { Back, Desk, jobs, Offline, Operation } from './operations.ts'
import { moreRows } from './rule-changes.ts'
import { barcodeOf, start, usernameOf } from './world.ts'
import type { Item, SmallWorld } from './world.ts'

/** What an operation asked, and what it was told. */
export interface Exchange {
  readonly asked: string
  readonly status: number
  /** What came of it, in words to be counted: `done`, or the code; of several things at once one for each. Empty for a look. */
  readonly outcomes: readonly string[]
  readonly data: unknown
  /** All that a client could tell apart: headers that say something, and the body. */
  readonly answer: string
}

interface Request {
  readonly method: string
  readonly path: string
  readonly body?: object
  /** A name in the tokens of the world. */
  readonly as: string
}

/** A history being played: it knows what its answers told. */
export interface Player {
  readonly play: (operation: Operation) => Promise<readonly Exchange[]>
  /** Library time. */
  readonly now: () => Instant
}

/** What is looked at in the answer to one operation of an offline desk. */
interface Uploaded extends Pick<Shown, 'next_step'> {
  readonly status: string
  readonly borrowing_id: number | null
}

/** What is looked at in an answer, whatever it shows. */
interface Shown {
  readonly due_date?: string
  readonly book_copy_id?: number
  readonly user_id?: number
  readonly next_step?: { readonly action: string; readonly branch_id: number } | null
}

/** An operation of an offline desk, as it is sent. */
interface Sent {
  readonly client_id: string
  readonly [field: string]: unknown
}

/** Milliseconds. */
const aDay = 86_400_000

/** Names a thing that is not there. */
const nowhere = 999_999

const allRules = [
  'member-status',
  'membership-expired',
  'manual-block',
  'debt',
  'max-overdue',
  'max-lost',
  'loan-limit',
  'loan-limit-in-category',
  'same-title',
  'lendable',
  'min-age',
  'max-renewals',
  'renewal-not-before',
  'renewal-if-overdue',
  'renewal-blackout',
  'reservations-waiting',
  'reservation-limit',
  'on-shelf',
]
const overriding = { override: { rules: allRules, reason: 'The head librarian said so' } }

/** The rest of an ETag is a hash of the text, in which stores put fields in another order. */
const versionIn = (headers: Headers): string | undefined => headers.get('etag')?.split('-')[0]

const answerOf = ({ status, headers, text }: Reply): string =>
  [status, versionIn(headers), headers.get('location'), headers.get('retry-after'), canonical(text)].join(' ')

export const playerIn = (world: SmallWorld): Player => {
  let now: Instant = start
  const items: Item[] = [...world.copies]
  const loanOf = new Map<number, number>()
  const dueOf = new Map<number, Instant>()
  /** By the place of the copy, whoever borrowed it last. */
  const borrowerOf = new Map<number, string>()
  const sentTo = new Map<number, number>()
  const reservationOf = new Map<string, number>()
  const blockOf = new Map<number, number>()
  const closureOf = new Map<number, number>()
  const emergencyOf = new Map<number, number>()
  /** What desks sent that had been offline. */
  const sent: Sent[] = []

  const today = (): Day => toIso(now).slice(0, 10) as Day
  const inDays = (days: number): Day => plusDays(today(), days)
  const memberAt = (place: number): number => world.members[place]!
  const branchAt = (place: number): number => world.branches[place]!
  /** Of those that are not bought yet, one that is. */
  const itemAt = (place: number): Item => items[place % items.length]!
  const loanAt = (place: number): string => `/borrowings/${loanOf.get(itemAt(place).id) ?? nowhere}`
  const wish = (member: number, title: number): string => `${member}/${title}`
  const reservationAt = ({ member, title }: { readonly member: number; readonly title: number }): string =>
    `/reservations/${reservationOf.get(wish(member, title)) ?? nowhere}`
  const actor = (desk: Desk, member: number): string => (desk === 'self' ? usernameOf(member) : desk)
  const backOf = ({ condition, hoursAgo, resolution }: Back): object => ({
    ...(condition === undefined ? {} : { condition }),
    ...(hoursAgo === undefined ? {} : { returned_at: toIso(plusMinutes(now, -60 * hoursAgo)) }),
    ...(resolution === undefined ? {} : { resolution }),
  })

  const ask = async (
    { method, path, body, as }: Request,
    outcomesOf: (data: unknown) => readonly string[] = () => ['done'],
  ): Promise<[Exchange, Reply]> => {
    const versioned = path === '/circulation-rules' || path === '/settings'
    const reply = await world.call(method, path, {
      token: world.tokens[as],
      ...(body === undefined ? {} : { body }),
      ...(versioned ? { headers: { 'If-Match': '*' } } : {}),
    })
    learn(reply)
    const asked = `${method} ${path}${body === undefined ? '' : ` ${canonical(JSON.stringify(body))}`} (${as})`
    const { status } = reply
    const outcomes =
      method === 'GET' ? [] : status < 300 ? outcomesOf(reply.data) : [reply.error?.code ?? '?']
    return [{ asked, status, outcomes, data: reply.data, answer: answerOf(reply) }, reply]
  }

  /** Whatever shows a loan tells when it is due. */
  const learn = ({ data }: Reply): void => {
    const shown = data as Shown | undefined | null
    if (shown?.due_date === undefined || shown.book_copy_id === undefined) return
    dueOf.set(shown.book_copy_id, instant(Date.parse(shown.due_date)))
    borrowerOf.set(shown.book_copy_id, usernameOf(world.members.indexOf(shown.user_id!)))
  }

  const one = async (
    request: Request,
    outcomes?: (data: unknown) => readonly string[],
  ): Promise<readonly Exchange[]> => [(await ask(request, outcomes))[0]]
  const makes = async (request: Request, keep: (id: number) => void): Promise<readonly Exchange[]> => {
    const [exchange, { status, data }] = await ask(request)
    if (status === 201) keep((data as { readonly id: number }).id)
    return [exchange]
  }

  const lentAs = (data: unknown): void => {
    const { id, book_copy_id: copy } = data as { readonly id: number; readonly book_copy_id: number }
    loanOf.set(copy, id)
  }

  /** What is done about the oldest fine of a member of which something is owed, or about the newest. */
  const fined = async (
    member: number,
    act: (path: string, owed: number) => Request,
  ): Promise<readonly Exchange[]> => {
    const [list, { data }] = await ask({
      method: 'GET',
      path: `/users/${memberAt(member)}/fines?sort=id&limit=100`,
      as: 'librarian',
    })
    const fines = data as readonly { readonly id: number; readonly balance: { readonly amount: number } }[]
    const fine = fines.find(({ balance }) => balance.amount > 0) ?? fines.at(-1)
    const request = act(`/fines/${fine?.id ?? nowhere}`, fine?.balance.amount ?? 0)
    return [list, (await ask(request))[0]]
  }
  const partOf = (owed: number, hundredths: number): number =>
    hundredths > 100 ? owed + 1 : Math.max(1, Math.floor((owed * hundredths) / 100))

  const setClock = async (to: Instant): Promise<readonly Exchange[]> => {
    const [exchange, { status }] = await ask({
      method: 'PUT',
      path: '/admin/clock',
      body: { now: toIso(to) },
      as: 'admin',
    })
    if (status === 200) now = to
    return [exchange]
  }

  const lend = async (operation: Extract<Operation, { readonly do: 'lend' }>) => {
    const { desk, member, wanted, branch, override } = operation
    const [exchange, { status, data }] = await ask({
      method: 'POST',
      path: '/borrowings',
      as: actor(desk, member),
      body: {
        ...(desk === 'self' ? {} : { user_id: memberAt(member) }),
        ...('barcode' in wanted ? { barcode: itemAt(wanted.barcode).barcode } : {}),
        ...('copy' in wanted ? { book_copy_id: itemAt(wanted.copy).id } : {}),
        ...('title' in wanted ? { book_id: world.books[wanted.title]! } : {}),
        ...(branch === null ? {} : { branch_id: branchAt(branch) }),
        ...(override && desk !== 'self' ? overriding : {}),
      },
    })
    if (status === 201) lentAs(data)
    return [exchange]
  }

  const lendAPile = async ({ member, copies }: Extract<Operation, { readonly do: 'lend a pile' }>) => {
    const [exchange, { status, data }] = await ask({
      method: 'POST',
      path: '/borrowings/batch',
      as: 'librarian',
      body: { user_id: memberAt(member), barcodes: copies.map(place => itemAt(place).barcode) },
    })
    if (status < 300) {
      for (const { borrowing } of data as readonly { readonly borrowing: unknown }[])
        if (borrowing !== null) lentAs(borrowing)
    }
    return [exchange]
  }

  const reserve = (operation: Extract<Operation, { readonly do: 'reserve' }>) =>
    makes(
      {
        method: 'POST',
        path: `/books/${world.books[operation.title]!}/reserve`,
        as: actor(operation.desk, operation.member),
        body: {
          ...(operation.desk === 'self' ? {} : { user_id: memberAt(operation.member) }),
          branch_id: branchAt(operation.branch),
          ...(operation.days === null ? {} : { expires_on: inDays(operation.days) }),
          ...(operation.override && operation.desk !== 'self' ? overriding : {}),
        },
      },
      made => reservationOf.set(wish(operation.member, operation.title), made),
    )

  const allReserve = async ({ title, branch }: Extract<Operation, { readonly do: 'all reserve' }>) => {
    const exchanges: Exchange[] = []
    for (const member of world.members.keys()) {
      const each = { desk: 'librarian', member, title, branch, days: null, override: true } as const
      exchanges.push(...(await reserve({ do: 'reserve', ...each })))
    }
    return exchanges
  }

  const goesTo = (copy: number, scanned: unknown): void => {
    const step = (scanned as Shown | undefined)?.next_step
    if (step?.action === 'transfer') sentTo.set(copy, step.branch_id)
    else sentTo.delete(copy)
  }

  const scan = async ({ copy, branch, back, twice }: Extract<Operation, { readonly do: 'scan' }>) => {
    const { id, barcode, home } = itemAt(copy)
    const request: Request = {
      method: 'POST',
      path: '/returns',
      as: 'librarian',
      body: {
        barcode,
        branch_id: branch === null ? (sentTo.get(id) ?? home) : branchAt(branch),
        ...backOf(back),
      },
    }
    const [exchange, { data }] = await ask(request)
    goesTo(id, data)
    return [exchange, ...(twice ? await one(request) : [])]
  }

  /** Where it lives now is asked. */
  const useInTheHouse = async ({ copy, twice }: Extract<Operation, { readonly do: 'use in the house' }>) => {
    const { id, barcode } = itemAt(copy)
    const [looked, { data }] = await ask({ method: 'GET', path: `/copies/${id}`, as: 'librarian' })
    const branch_id = (data as { readonly branch_id?: number } | undefined)?.branch_id ?? nowhere
    const exchanges = [looked]
    for (let times = twice ? 2 : 1; times > 0; times -= 1) {
      const [exchange, { data: back }] = await ask(
        { method: 'POST', path: '/returns', body: { barcode, branch_id }, as: 'librarian' },
        said => [(said as { readonly in_house_use: boolean }).in_house_use ? 'done' : 'not counted'],
      )
      goesTo(id, back)
      exchanges.push(exchange)
    }
    return exchanges
  }

  const send = async ({ copy, branch }: Extract<Operation, { readonly do: 'send' }>) => {
    const { id, barcode } = itemAt(copy)
    const to_branch_id = branchAt(branch)
    const body = { barcode, to_branch_id }
    const [exchange, { status }] = await ask({ method: 'POST', path: '/transfers', body, as: 'librarian' })
    if (status === 201) sentTo.set(id, to_branch_id)
    return [exchange]
  }

  const operationOf = (said: Offline): Sent => {
    if ('sent' in said) return sent[said.sent % sent.length] ?? { client_id: 'none was sent' }
    const { lentTo, copy, branch, minutesAgo, name } = said
    return {
      client_id:
        name === 'new' ? `operation ${sent.length}` : (sent[name.of % sent.length]?.client_id ?? 'the first'),
      at: toIso(plusMinutes(now, -minutesAgo)),
      barcode: itemAt(copy).barcode,
      branch_id: branchAt(branch),
      ...(lentTo === null
        ? { type: 'return' }
        : { type: 'checkout', library_card_number: world.cards[lentTo]! }),
    }
  }

  const upload = async ({ operations }: Extract<Operation, { readonly do: 'upload' }>) => {
    const list = operations.map(said => {
      const operation = operationOf(said)
      sent.push(operation)
      return operation
    })
    const told: Uploaded[] = []
    const [exchange] = await ask(
      { method: 'POST', path: '/offline', body: { operations: list }, as: 'librarian' },
      data => {
        told.push(...(data as readonly Uploaded[]))
        return told.map(({ status }, index) =>
          status === 'applied' ? `${String(list[index]!['type'])} ${status}` : status,
        )
      },
    )
    told.forEach(({ status, borrowing_id, next_step }, index) => {
      const { barcode, type, library_card_number } = list[index]!
      const { id } = items.find(item => item.barcode === barcode)!
      if (status !== 'applied') return
      if (type === 'return') goesTo(id, { next_step })
      else {
        loanOf.set(id, borrowing_id!)
        borrowerOf.set(id, usernameOf(world.cards.indexOf(String(library_card_number))))
      }
    })
    return [exchange]
  }

  /** What is asked of an emergency closure is asked for its dates, too, which the job moves. */
  const movingDates = async (exchange: Exchange, path: string): Promise<readonly Exchange[]> => [
    exchange,
    ...(await admin('POST', '/admin/jobs/emergency-closures/run')),
    ...(await admin('GET', path)),
  ]

  const declare = async (operation: Extract<Operation, { readonly do: 'declare an emergency' }>) => {
    const path = `/branches/${branchAt(operation.branch)}/emergency-closure`
    const [from, to] = [inDays(operation.in), inDays(operation.in + operation.days - 1)]
    const body = { from, to, reason: 'A storm' }
    const [exchange, { status, data }] = await ask({ method: 'POST', path, body, as: 'admin' })
    if (status !== 201) return [exchange]
    const { id } = data as { readonly id: number }
    emergencyOf.set(operation.branch, id)
    return movingDates(exchange, `${path}/${id}`)
  }

  const undo = async ({ branch }: Extract<Operation, { readonly do: 'undo the emergency' }>) => {
    const path = `/branches/${branchAt(branch)}/emergency-closure/${emergencyOf.get(branch) ?? nowhere}`
    const [exchange, { status }] = await ask({ method: 'POST', path: `${path}/undo`, as: 'admin' })
    return status === 200 ? movingDates(exchange, path) : [exchange]
  }

  /** The copy that stands on the hold shelf, or is on its way to it. */
  const fetch = async (operation: Extract<Operation, { readonly do: 'fetch' }>) => {
    const [looked, { data }] = await ask({ method: 'GET', path: reservationAt(operation), as: 'librarian' })
    const copy = (data as { readonly book_copy_id?: number | null } | undefined)?.book_copy_id ?? nowhere
    const [lent, { status, data: loan }] = await ask({
      method: 'POST',
      path: '/borrowings',
      body: { user_id: memberAt(operation.member), book_copy_id: copy },
      as: 'librarian',
    })
    if (status === 201) lentAs(loan)
    return [looked, lent]
  }

  const putRules = ({ to }: Extract<Operation, { readonly do: 'change the rules' }>) =>
    one({
      method: 'PUT',
      path: '/circulation-rules',
      as: 'admin',
      body: {
        rows: [
          { values: { ...world.defaults, ...to.values } },
          ...to.rows.map(place => {
            const { key, values } = moreRows[place]!
            return { ...key(world.branches), values }
          }),
        ],
      },
    })

  const desk = (method: string, path: string, body?: object): Promise<readonly Exchange[]> =>
    one({ method, path, as: 'librarian', ...(body === undefined ? {} : { body }) })
  const admin = (method: string, path: string, body?: object): Promise<readonly Exchange[]> =>
    one({ method, path, as: 'admin', ...(body === undefined ? {} : { body }) })

  const run = (job: (typeof jobs)[number]): Promise<readonly Exchange[]> =>
    one({ method: 'POST', path: `/admin/jobs/${job}/run`, as: 'admin' }, data => [
      (data as { readonly done: number }).done > 0 ? job : 'in vain',
    ])

  const waitForRenewal = async ({ copy }: Extract<Operation, { readonly do: 'wait for its renewal' }>) => {
    const due = dueOf.get(itemAt(copy).id) ?? now
    const waited = await setClock(instant(Math.max(now, due - aDay)))
    return [...waited, ...(await run('auto-renew'))]
  }

  const play = (operation: Operation): Promise<readonly Exchange[]> => {
    switch (operation.do) {
      case 'lend':
        return lend(operation)
      case 'fetch':
        return fetch(operation)
      case 'lend a pile':
        return lendAPile(operation)
      case 'return':
        return desk('PUT', `${loanAt(operation.copy)}/return`, {
          ...(operation.branch === null ? {} : { branch_id: branchAt(operation.branch) }),
          ...backOf(operation.back),
        })
      case 'scan':
        return scan(operation)
      case 'use in the house':
        return useInTheHouse(operation)
      case 'send':
        return send(operation)
      case 'upload':
        return upload(operation)
      case 'renew':
        return one({
          method: 'PUT',
          path: `${loanAt(operation.copy)}/renew`,
          as:
            operation.desk === 'self'
              ? (borrowerOf.get(itemAt(operation.copy).id) ?? 'librarian')
              : operation.desk,
          body: operation.override && operation.desk !== 'self' ? overriding : {},
        })
      case 'renew all':
        return desk('POST', `/users/${memberAt(operation.member)}/renew-all`)
      case 'report lost':
        return desk('POST', `${loanAt(operation.copy)}/report-lost`)
      case 'claim returned':
        return desk('POST', `${loanAt(operation.copy)}/claim-returned`)
      case 'report damaged':
        return desk('POST', `${loanAt(operation.copy)}/report-damaged`, {
          severity: operation.severity,
          description: 'Wet',
        })
      case 'miss':
        return desk('POST', `/copies/${itemAt(operation.copy).id}/missing`)
      case 'find':
        return desk('POST', `/copies/${itemAt(operation.copy).id}/found`, {
          branch_id: branchAt(operation.branch),
        })
      case 'reserve':
        return reserve(operation)
      case 'all reserve':
        return allReserve(operation)
      case 'cancel':
        return desk('DELETE', reservationAt(operation))
      case 'suspend':
        return desk('PUT', reservationAt(operation), {
          suspended_until: operation.days === null ? null : inDays(operation.days),
        })
      case 'fetch elsewhere':
        return desk('PUT', reservationAt(operation), { branch_id: branchAt(operation.branch) })
      case 'prefer':
        return desk('PUT', reservationAt(operation), { priority: operation.priority })
      case 'want until':
        return desk('PUT', reservationAt(operation), { expires_on: inDays(operation.days) })
      case 'block':
        return makes(
          {
            method: 'POST',
            path: `/users/${memberAt(operation.member)}/blocks`,
            as: 'librarian',
            body: {
              reason: 'A lost card',
              ...(operation.days === null ? {} : { expires_on: inDays(operation.days) }),
            },
          },
          made => blockOf.set(operation.member, made),
        )
      case 'unblock':
        return desk(
          'DELETE',
          `/users/${memberAt(operation.member)}/blocks/${blockOf.get(operation.member) ?? nowhere}`,
        )
      case 'pay':
        return fined(operation.member, (fine, owed) => ({
          method: 'POST',
          path: `${fine}/payments`,
          as: 'librarian',
          body: { amount: partOf(owed, operation.part), method: 'cash' },
        }))
      case 'waive':
        return fined(operation.member, (fine, owed) => ({
          method: 'POST',
          path: `${fine}/waive`,
          as: 'librarian',
          body: { amount: partOf(owed, operation.part), reason: 'A flood' },
        }))
      case 'refund':
        return fined(operation.member, fine => ({
          method: 'POST',
          path: `${fine}/refund`,
          as: 'librarian',
          body: { reason: 'A flood' },
        }))
      case 'change the rules':
        return putRules(operation)
      case 'change the settings':
        return admin('PUT', '/settings', {
          controlling_branch: operation.controlling,
          self_return: operation.selfReturn,
        })
      case 'close a branch':
        return makes(
          {
            method: 'POST',
            path: `/branches/${branchAt(operation.branch)}/closures`,
            as: 'admin',
            body: {
              from: inDays(operation.in),
              to: inDays(operation.in + operation.days - 1),
              reason: 'A flood',
            },
          },
          made => closureOf.set(operation.branch, made),
        )
      case 'open it again':
        return admin(
          'DELETE',
          `/branches/${branchAt(operation.branch)}/closures/${closureOf.get(operation.branch) ?? nowhere}`,
        )
      case 'declare an emergency':
        return declare(operation)
      case 'undo the emergency':
        return undo(operation)
      case 'put a copy':
        return desk('PUT', `/copies/${itemAt(operation.copy).id}`, { status: operation.status })
      case 'withdraw a copy':
        return desk('DELETE', `/copies/${itemAt(operation.copy).id}`)
      case 'move a copy home':
        return desk('PUT', `/copies/${itemAt(operation.copy).id}`, { branch_id: branchAt(operation.branch) })
      case 'mend a copy':
        return desk('PUT', `/copies/${itemAt(operation.copy).id}`, { condition: 'good' })
      case 'buy a copy': {
        const barcode = barcodeOf(items.length)
        const path = `/books/${world.books[operation.title]!}/copies`
        const home = branchAt(operation.branch)
        return makes(
          { method: 'POST', path, as: 'librarian', body: { branch_id: home, barcode } },
          made => void items.push({ id: made, barcode, home }),
        )
      }
      case 'prolong':
        return desk('PUT', `/users/${memberAt(operation.member)}`, {
          membership_expires_on: inDays(operation.days),
        })
      case 'set the status of':
        return desk('PUT', `/users/${memberAt(operation.member)}`, { status: operation.status })
      case 'let pass':
        return setClock(plusMinutes(now, operation.minutes))
      case 'wait until due': {
        // The due date is the last second.
        const due = dueOf.get(itemAt(operation.copy).id) ?? now
        return setClock(instant(due + 1000 + operation.milliseconds))
      }
      case 'wait for its renewal':
        return waitForRenewal(operation)
      case 'run':
        return run(operation.job)
    }
  }

  return { play, now: () => now }
}
