// Runs ONNX models with onnxruntime-web, for the tests of package onnx:
//
//     node run.mjs DIR < cases.json
//
// DIR has node_modules. A case is {model: base64, type, input: [...], dims: [...]}; the
// answers are [{output: [...], dims: [...]} or {error: "..."}], in the same order.
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { text } from 'node:stream/consumers'

const require = createRequire(resolve(process.argv[2], 'package.json'))
const ort = await import(pathToFileURL(require.resolve('onnxruntime-web')))
ort.env.wasm.numThreads = 1

const answers = []
for (const c of JSON.parse(await text(process.stdin))) {
  try {
    const session = await ort.InferenceSession.create(Buffer.from(c.model, 'base64'), { executionProviders: ['wasm'] })
    const { output } = await session.run({ input: new ort.Tensor(c.type, (c.type === 'int32' ? Int32Array : Float32Array).from(c.input), c.dims) })
    answers.push({ output: Array.from(output.data), dims: output.dims })
  } catch (e) {
    answers.push({ error: String(e) })
  }
}
process.stdout.write(JSON.stringify(answers))
