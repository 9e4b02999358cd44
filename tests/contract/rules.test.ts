import { expect } from 'chai'
import { defaultValues } from '../../core/circulation/rule-table.ts'
import { onEveryBackend } from '../support/backends.ts'
import { done, right } from '../support/world.ts'

onEveryBackend('the rule table', opened => {
  it('of a new library has the default row alone', async () => {
    const table = await done(opened.library, ({ rules }) => rules.current())
    expect(table).to.deep.equal({ version: 1, defaults: defaultValues, rows: [] })
  })

  it('is the same for those who only look, and asked again', async () => {
    const { look } = opened.library
    const [first, second] = [
      await right(look.run(({ rules }) => rules.current())),
      await right(look.run(({ rules }) => rules.current())),
    ]
    expect(first).to.deep.equal({ version: 1, defaults: defaultValues, rows: [] })
    expect(second).to.deep.equal(first)
  })
})
