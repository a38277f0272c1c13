// Compiles contracts/FeeCollector.tolk with @ton/tolk-js and writes resources/contracts/FeeCollector.json; with
// --check it only compares. It knows the five sources and their order, and needs no network.

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCES = ['FeeCollector.tolk', 'messages.tolk', 'storage.tolk', 'errors.tolk', 'fees.tolk'];

const repository = join(dirname(fileURLToPath(import.meta.url)), '..');
const options = process.argv.slice(2).filter((word) => word.startsWith('--'));
const [sources = join(repository, 'contracts'), packages = join(repository, 'build', 'node', 'node_modules')] =
    process.argv.slice(2).filter((word) => !word.startsWith('--'));
const target = join(repository, 'resources', 'contracts', 'FeeCollector.json');

const { runTolkCompiler, getTolkCompilerVersion } = createRequire(join(packages, 'x.js'))('@ton/tolk-js');

const named = (path) => (path.endsWith('.tolk') ? path : `${path}.tolk`);
const read = (path) => readFileSync(join(sources, named(path)), 'utf-8');

const result = await runTolkCompiler({ entrypointFileName: SOURCES[0], fsReadCallback: read });
if (result.status === 'error') {
    process.stderr.write(`${result.message}\n`);
    process.exit(1);
}
if (options.includes('--fift')) {
    process.stdout.write(result.fiftCode);
    process.exit(0);
}

const hash = createHash('sha256');
SOURCES.forEach((name) => hash.update(readFileSync(join(sources, name))));
const text = `${JSON.stringify(
    {
        code_boc64: result.codeBoc64,
        code_hash: result.codeHashHex.toLowerCase(),
        compiler: `tolk-js ${await getTolkCompilerVersion()}`,
        source_hash: hash.digest('hex'),
    },
    null,
    2,
)}\n`;

if (options.includes('--print')) {
    process.stdout.write(text);
} else if (options.includes('--check')) {
    if (readFileSync(target, 'utf-8') !== text) {
        process.stderr.write('resources/contracts/FeeCollector.json is not what contracts/ compiles to\n');
        process.exit(1);
    }
} else {
    writeFileSync(target, text);
}
