// Reads flowcharts, a JSON object of strings by name, from standard input. Prints the nodes
// and edges that Mermaid finds in each, or the error. The argument is the folder of Mermaid
// and jsdom.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const modules = process.argv[2]
const { JSDOM } = createRequire(join(modules, 'package.json'))('jsdom')

// Mermaid sanitizes labels with a DOM.
globalThis.window = new JSDOM('').window
globalThis.document = window.document
const { default: mermaid } = await import(pathToFileURL(join(modules, 'mermaid/dist/mermaid.core.mjs')))
mermaid.initialize({ startOnLoad: false, securityLevel: 'strict' })

async function read (text) {
  try {
    const { diagramType } = await mermaid.parse(text)
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(text)
    return {
      type: diagramType,
      nodes: [...db.getVertices().keys()],
      edges: db.getEdges().map(e => [e.start, e.end]),
      frames: db.getSubGraphs().map(s => s.id)
    }
  } catch (error) {
    return { error: String(error.message ?? error) }
  }
}

const found = {}
for (const [name, text] of Object.entries(JSON.parse(readFileSync(0, 'utf8')))) {
  found[name] = await read(text)
}
console.log(JSON.stringify(found))
