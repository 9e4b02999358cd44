/** What a desk does with one book, by the typed client: lend, reserve, take back late, hand over, take the money. */
import { clientAt } from './client.ts'

export interface Desk {
  readonly server: string
  readonly login: string
  readonly password: string
  /** The code of the second factor at this time. */
  readonly otp: () => string
  readonly readerId: number
  readonly nextReaderId: number
  readonly bookId: number
  readonly branchId: number
  readonly barcode: string
  /** Lets so many days pass. */
  readonly wait: (days: number) => void
}

export interface Told {
  readonly title: string
  readonly queue: number | null
  readonly nextStep: 'reshelve' | 'hold' | 'transfer' | null
  readonly owed: number
  readonly refusal: string
  readonly fetched: string
  readonly fulfilled: string
  readonly paid: string
}

export const oneBook = async (desk: Desk): Promise<Told> => {
  const call = clientAt(desk.server)

  const logIn = async (): Promise<string> => {
    const reply = await call('post', '/api/v1/auth/login', {
      body: { login: desk.login, password: desk.password, otp: desk.otp() },
    })
    if (reply.status !== 200) throw new Error(reply.body.error.code)
    return reply.body.data.access_token
  }

  const lend = async (token: string, userId: number) => {
    const reply = await call('post', '/api/v1/borrowings', {
      token,
      body: { user_id: userId, barcode: desk.barcode, branch_id: desk.branchId },
    })
    if (reply.status !== 201) throw new Error(reply.body.error.code)
    return reply.body.data
  }

  const morning = await logIn()
  const lent = await lend(morning, desk.readerId)

  const reserved = await call('post', '/api/v1/books/{id}/reserve', {
    token: morning,
    path: { id: desk.bookId },
    body: { user_id: desk.nextReaderId, branch_id: desk.branchId },
    idempotencyKey: 'reserve-1',
  })
  if (reserved.status !== 201) throw new Error(reserved.body.error.code)

  desk.wait(40)
  const token = await logIn()
  const back = await call('post', '/api/v1/returns', { token, body: { barcode: desk.barcode } })
  if (back.status !== 200) throw new Error(back.body.error.code)
  const { fine, next_step: nextStep } = back.body.data
  if (fine === null) throw new Error('Nothing is owed for forty days')

  // It stands on the hold shelf for the one who reserved it.
  const refused = await call('post', '/api/v1/borrowings', {
    token,
    body: { user_id: desk.readerId, barcode: desk.barcode },
  })
  const refusal = refused.status === 409 ? refused.body.error.code : `not refused: ${String(refused.status)}`

  const fetched = await lend(token, desk.nextReaderId)
  const reservation = await call('get', '/api/v1/reservations/{id}', {
    token,
    path: { id: reserved.body.data.id },
  })
  if (reservation.status !== 200) throw new Error(`The reservation: ${String(reservation.status)}`)

  const paid = await call('post', '/api/v1/fines/{id}/payments', {
    token,
    path: { id: fine.id },
    body: { amount: fine.balance.amount, method: 'cash' },
  })
  if (paid.status !== 201) throw new Error(paid.body.error.code)

  return {
    title: lent.title,
    queue: reserved.body.data.queue_position,
    nextStep: nextStep?.action ?? null,
    owed: fine.balance.amount,
    refusal,
    fetched: fetched.status,
    fulfilled: reservation.body.data.status ?? 'not told',
    paid: paid.body.data.status,
  }
}
