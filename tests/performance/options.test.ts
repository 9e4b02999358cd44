import { expect } from 'chai'
import { readOptions } from './options.ts'

describe('the options of the benchmark', () => {
  it('measure everything on every database where nothing is said', () => {
    const options = readOptions([])
    expect(options).to.include({ rounds: 5, seconds: 3, titles: 10_000, connections: 8, jobs: 'off' })
    expect(options.only).to.deep.equal(['sqlite-normal', 'sqlite-full', 'postgres'])
    expect(options.scenarios).to.have.length(6)
  })

  it('are taken as said', () => {
    const options = readOptions([
      ...['--rounds', '1', '--seconds', '0.5', '--titles', '779'],
      ...['--only', 'postgres,sqlite-normal', '--scenarios', 'me', '--json', 'a.json'],
    ])
    expect(options).to.include({ rounds: 1, seconds: 0.5, titles: 779, json: 'a.json' })
    expect(options.only).to.deep.equal(['sqlite-normal', 'postgres'])
    expect(options.scenarios).to.deep.equal(['me'])
  })
})
