/** The page that shows the document, with forms to try it: Swagger UI, from our own address alone. */

export const docsPage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>The library’s API</title>
    <link rel="icon" href="/docs/favicon-32x32.png">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
    <link rel="stylesheet" href="/docs/page.css">
  </head>
  <body>
    <header><h1>The library’s API</h1><nav><a href="/docs/errors">Error codes</a> <a href="/openapi.json">openapi.json</a></nav></header>
    <main id="swagger-ui"><noscript>This page needs JavaScript; the document itself is /openapi.json.</noscript></main>
    <script src="/docs/swagger-ui-bundle.js" defer></script>
    <script src="/docs/initializer.js" defer></script>
  </body>
</html>
`

/** No badge of a validator elsewhere, and no token kept in the browser. */
export const initializer = `window.addEventListener('DOMContentLoaded', () => {
  SwaggerUIBundle({
    url: '/openapi.json',
    dom_id: '#swagger-ui',
    deepLinking: true,
    docExpansion: 'none',
    filter: true,
    tryItOutEnabled: true,
    displayRequestDuration: true,
    persistAuthorization: false,
    validatorUrl: null,
  })
})
`

export const pageStyle = `body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: #1b1b1b; background: #fff; }
header, .errors { max-width: 1460px; margin: 0 auto; padding: 1rem 20px; box-sizing: border-box; }
header { display: flex; align-items: baseline; justify-content: space-between; flex-wrap: wrap; gap: 1rem; }
h1 { font-size: 1.4rem; margin: 0; }
nav a { margin-left: 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.4rem 0.8rem 0.4rem 0; border-bottom: 1px solid #ccc; }
tr:target { background: #fff3b0; }
`
