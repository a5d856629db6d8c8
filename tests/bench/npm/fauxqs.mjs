// Serves fauxqs's queues on a port of 127.0.0.1. The command of fauxqs itself listens on
// all addresses of the machine.
//
//	node fauxqs.mjs NODE_MODULES PORT
import { pathToFileURL } from 'node:url';

const [modules, port] = process.argv.slice(2);
const { buildApp } = await import(pathToFileURL(modules + '/fauxqs/dist/app.js').href);
await buildApp({ logger: false }).listen({ host: '127.0.0.1', port: Number(port) });
