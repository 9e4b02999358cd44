/**
 * tsx names every function each time it is made (keepNames), a seventh of the time of the walk through all roles.
 * Functions have their names without it; what is put in is as long, so that the lines of the coverage stay right.
 */
const naming = '=(target,value)=>__defProp(target,"name",{value,configurable:true})'
const nothing = '=(target,value)=>target'.padEnd(naming.length)

export const load = async (url, context, next) => {
  const loaded = await next(url, context)
  return url.endsWith('.ts') && loaded.source
    ? { ...loaded, source: String(loaded.source).replace(naming, nothing) }
    : loaded
}
