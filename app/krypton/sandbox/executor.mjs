// Answers JSON lines on standard input/output over @ton/sandbox's Executor: it knows the TVM and nothing of
// Krypton, opens no socket and no file of its own, and is told where node_modules is by its first argument.
//
// One request a line, one answer a line, in order. Every answer is {"ok": ...} or {"fail": "reason"}.
//   {"op":"hello"}                                   -> {"emulator": commit hash of the emulator}
//   {"op":"default_config"}                          -> base64 BoC of @ton/sandbox's config without validators
//   {"op":"config", "boc"}                           -> true; kept for every later request
//   {"op":"transaction", "account", "message", "params", "verbosity"}
//   {"op":"batch", "jobs", "params", "verbosity"}: each job is {"account", "messages": [[message, lt], ...]},
//        run one after another on the account as the one before left it
//                                                    -> for each job its "results" and the "account" after them
//   {"op":"method", "params", "stack"}
// Cells travel as base64 BoCs and reach the emulator as they are: nothing is parsed here.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const LOG_LIMIT = 16384;

const load = createRequire(join(process.argv[2], 'krypton-resolves-from-here.js'));
// The emulator prints through console.log: standard output belongs to the protocol.
console.log = console.info = console.warn = console.error = () => {};

let executor;
let config = '';

const tail = (text) => (text === undefined ? '' : text.slice(-LOG_LIMIT));

function call(method, args) {
    const answer = JSON.parse(executor.extractString(executor.invoke(method, args)));
    if (answer.fail) {
        throw new Error(answer.message ?? 'the emulator gave no reason');
    }
    return answer;
}

// One message of a batch: whatever goes wrong with it is its own result.
async function one(account, message, params, verbosity) {
    try {
        const emulator = executor.getEmulatorPointer(config, verbosity);
        const { output } = call('_emulate_with_emulator', [emulator, 0, account, message, params]);
        const { success, transaction, shard_account, error, vm_exit_code } = output;
        return success ? { transaction, shard_account } : { error, vm_exit_code };
    } catch (error) {
        if (error instanceof WebAssembly.RuntimeError) {
            executor = await create();
        }
        return { error: String(error?.message ?? error).slice(0, 1000) };
    }
}

const operations = {
    hello: () => ({ emulator: executor.getVersion().commitHash }),
    default_config: () => load('@ton/sandbox/dist/config/slimConfig.js').slimConfig,
    config: ({ boc }) => {
        config = boc;
        return true;
    },
    transaction: ({ account, message, params, verbosity }) => {
        const emulator = executor.getEmulatorPointer(config, verbosity);
        const { output } = call('_emulate_with_emulator', [emulator, 0, account, message, params]);
        return { ...output, vm_log: tail(output.vm_log) };
    },
    batch: async ({ jobs, params, verbosity }) => {
        const done = [];
        for (const job of jobs) {
            let { account } = job;
            const results = [];
            for (const [message, lt] of job.messages) {
                const result = await one(account, message, JSON.stringify({ ...params, lt }), verbosity);
                account = result.shard_account ?? account;
                delete result.shard_account;
                results.push(result);
            }
            done.push({ results, account });
        }
        return done;
    },
    method: ({ params, stack }) => {
        const { output } = call('_run_get_method', [params, stack, config]);
        return { ...output, vm_log: tail(output.vm_log) };
    },
};

async function answer(line) {
    try {
        const request = JSON.parse(line);
        return { ok: await operations[request.op](request) };
    } catch (error) {
        if (error instanceof WebAssembly.RuntimeError) {
            executor = await create(); // an aborted emulator never answers again
        }
        return { fail: String(error?.message ?? error).slice(0, 1000) };
    }
}

const write = (value) => process.stdout.write(JSON.stringify(value) + '\n');

// Reached by its file, so that the rest of the package is never loaded.
const create = () => load('@ton/sandbox/dist/executor/Executor.js').Executor.create();

try {
    executor = await create();
} catch (error) {
    write({ fail: String(error?.message ?? error).slice(0, 1000) });
    process.exit(1);
}

let turn = Promise.resolve();
createInterface({ input: process.stdin, crlfDelay: Infinity }).on('line', (line) => {
    turn = turn.then(async () => write(await answer(line)));
});
