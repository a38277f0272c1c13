// Compiles Tolk sources given as JSON lines with @ton/tolk-js, many in one process: it knows no contract.
//
// One request a line, {"entry": name, "files": {name: text}}; one answer a line, in order: {"code", "hash"} (base64
// BoC, hex) or {"error": the compiler's words}. Where node_modules is, its first argument says.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const { runTolkCompiler } = createRequire(join(process.argv[2], 'x.js'))('@ton/tolk-js');

async function answer(line) {
    const { entry, files } = JSON.parse(line);
    const read = (path) => files[path.endsWith('.tolk') ? path : `${path}.tolk`];
    try {
        const result = await runTolkCompiler({ entrypointFileName: entry, fsReadCallback: read });
        if (result.status === 'error') {
            return { error: result.message };
        }
        return { code: result.codeBoc64, hash: result.codeHashHex.toLowerCase() };
    } catch (error) {
        return { error: String(error?.message ?? error) };
    }
}

let turn = Promise.resolve();
createInterface({ input: process.stdin, crlfDelay: Infinity }).on('line', (line) => {
    turn = turn.then(async () => process.stdout.write(`${JSON.stringify(await answer(line))}\n`));
});
