import { expect } from 'chai'
import { PassThrough, Readable } from 'node:stream'
import { askPassword } from '../../app/ask-password.ts'
import { Refused } from '../../app/refused.ts'

const refusal = (asked: Promise<string>): Promise<unknown> => asked.catch((error: unknown) => error)

describe('a password for a command', () => {
  const piped = (text: string) => askPassword({ input: Readable.from([text]), say: () => undefined })

  it('is the first line of what is piped in, as it stands there', async () => {
    expect(await piped(' correct horse \n')).to.equal(' correct horse ')
    expect(await piped('correct horse\r\nnot this one')).to.equal('correct horse')
    expect(await piped('correct horse')).to.equal('correct horse')
  })

  it('is needed', async () => {
    for (const nothing of ['', '\n']) expect(await refusal(piped(nothing))).to.be.instanceOf(Refused)
  })

  const typed = async (...lines: readonly string[]) => {
    const input = Object.assign(new PassThrough(), { isTTY: true })
    let shown = ''
    const answer = refusal(
      askPassword({
        input,
        say: words => {
          shown += words
        },
      }),
    )
    for (const line of lines) input.write(`${line}\r`)
    input.end()
    return { answer: await answer, shown }
  }

  it('is asked for twice at a terminal, and not shown', async () => {
    const { answer, shown } = await typed('correct horse', 'correct horse')
    expect(answer).to.equal('correct horse')
    expect(shown).to.equal('Password: \nOnce more: \n')
  })

  it('is refused where it was typed in two ways, or not at all', async () => {
    expect((await typed('correct horse', 'correct house')).answer).to.be.instanceOf(Refused)
    expect((await typed()).answer).to.be.instanceOf(Refused)
  })
})
