// mocha 12 require()s tests where Node can require ES modules; imported, they run and are measured as what they are.
import 'tsx'
Object.defineProperty(process.features, 'require_module', { value: false })
