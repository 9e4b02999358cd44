/** Input becomes what the core takes, or the faults it has. Validation happens once, here. */
import { E, pipe } from '../../core/shared/fp.ts'
import type { Either } from '../../core/shared/fp.ts'
import { notFound } from '../../core/shared/refusal.ts'
import type { Fault, InvalidInput, NotFound, Resource } from '../../core/shared/refusal.ts'
import { faultsOf } from './codecs/codec.ts'
import type { Codec } from './codecs/codec.ts'
import type { HttpRefusal } from './refusals.ts'

const invalid = (faults: readonly Fault[]): InvalidInput => ({ type: 'InvalidInput', faults })

/**
 * Where no body was sent an empty object is read: an optional body may be left out, and of a required one each missing field
 * is named.
 */
export const decodeBody = <A>(codec: Codec<A>, body: unknown, required: boolean): Either<InvalidInput, A> =>
  pipe(
    codec.decode(body === undefined ? {} : body),
    E.mapLeft(errors => invalid(faultsOf(errors))),
    E.filterOrElse(
      () => body !== undefined || !required,
      () => invalid([{ field: 'body', code: 'REQUIRED', message: 'A JSON body must be sent' }]),
    ),
  )

/** A parameter given twice is refused: which of the two would count is nothing a client should have to guess. */
export const decodeQuery = <A>(
  codec: Codec<A>,
  parameters: URLSearchParams,
): Either<InvalidInput | HttpRefusal, A> => {
  const given = Object.create(null) as Record<string, string>
  const repeated = new Map<string, Fault>()
  for (const [name, value] of parameters) {
    if (Object.hasOwn(given, name)) {
      repeated.set(name, { field: name.slice(0, 200), code: 'REPEATED', message: 'It must be given once' })
    }
    given[name] = value
  }
  const read = codec.decode(given)
  const faults = [...repeated.values(), ...(E.isLeft(read) ? faultsOf(read.left) : [])]
  if (faults.some(({ code }) => code === 'UNKNOWN_PARAMETER'))
    return E.left({ type: 'UnknownParameter', faults })
  return E.isLeft(read) || faults.length > 0 ? E.left(invalid(faults)) : read
}

/** What is no positive safe integer names nothing. */
export const decodeId = (resource: Resource, text: string): Either<NotFound, number> =>
  /^[1-9]\d{0,15}$/.test(text) && Number.isSafeInteger(Number(text))
    ? E.right(Number(text))
    : E.left(notFound(resource, text.slice(0, 100)))
