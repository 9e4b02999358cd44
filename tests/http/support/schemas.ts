/** Values held against the schemas of an OpenAPI document, each of which is compiled once. */
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { OpenApi } from '../../../adapters/http/openapi/document.ts'
import { fromIso, isDay } from '../../../core/shared/local-time.ts'

export interface Schemas {
  /** What is wrong with a value, by the schema at a place of the document; null where nothing is. */
  readonly faultsOf: (place: readonly string[], value: unknown) => string | null
}

/** What OpenAPI says beside JSON Schema. */
const keywords = ['openapi', 'info', 'servers', 'tags', 'paths', 'components', 'x-unrouted']

export const schemasOf = (document: OpenApi): Schemas => {
  // A schema of an object may add to one that says its type; a code of an error is told twice.
  const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, strictTuples: false })
  for (const keyword of keywords) ajv.addKeyword(keyword)
  ajv.addFormat('date', isDay)
  ajv.addFormat('date-time', text => fromIso(text) !== null)
  ajv.addFormat('email', /^[^@\s]+@[^@\s]+$/)
  ajv.addFormat('uri', text => URL.canParse(text))
  ajv.addSchema(document, 'document')
  return {
    faultsOf: (place, value) => {
      const pointer = place.map(part => part.replace(/~/g, '~0').replace(/\//g, '~1')).map(encodeURIComponent)
      const validate = ajv.getSchema(`document#/${pointer.join('/')}`)
      if (validate === undefined) throw new Error(`There is no schema at ${place.join(' ')}`)
      return validate(value) === true ? null : ajv.errorsText(validate.errors)
    },
  }
}
