// mocha 12 require()s tests where Node can require ES modules; imported, they run and are measured as what they are.
import 'tsx'
import { register } from 'node:module'
register('./without-names.js', import.meta.url)
Object.defineProperty(process.features, 'require_module', { value: false })
