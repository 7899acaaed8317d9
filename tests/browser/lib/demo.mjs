// Starts `hengjian demo` on a free port and reads its address and accounts. The one place that knows what it prints:
//   地址 http://127.0.0.1:PORT
//   账号 NAME 口令 PASSWORD 角色, 单位, …      (one line per demo account, before the address or after it)
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const patience = 120_000;
// The accounts may follow the address; the server says it serves by answering, so a short silence ends the reading.
const silence = 300;

export function parseLine(line) {
  const address = /^\s*地址\s+(https?:\/\/\S+)/u.exec(line);
  if (address) return { address: address[1].replace(/\/$/, "") };
  const account = /^\s*账号\s+(\S+)\s+口令\s+(\S+)\s*(.*)$/u.exec(line);
  if (account) return { account: { name: account[1], password: account[2], about: account[3].trim() } };
  return {};
}

export async function startDemo(binary, data) {
  const child = spawn(binary, ["demo", "--data", data, "--port", "0", "--seed", "1"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const demo = { address: "", accounts: [], errors: [], stop: () => stop(child) };
  const errors = createInterface({ input: child.stderr });
  errors.on("line", (line) => demo.errors.push(line));
  try {
    await new Promise((resolve, reject) => {
      let quiet;
      const late = setTimeout(() => reject(new Error("demo printed no address")), patience);
      const done = () => {
        clearTimeout(late);
        resolve();
      };
      createInterface({ input: child.stdout }).on("line", (line) => {
        const read = parseLine(line);
        if (read.address) demo.address = read.address;
        if (read.account) demo.accounts.push(read.account);
        clearTimeout(quiet);
        if (demo.address) quiet = setTimeout(done, silence);
      });
      child.on("error", reject);
      child.on("exit", (code) => reject(new Error(`demo ended with ${code}: ${demo.errors.slice(-5).join("\n")}`)));
    });
  } catch (error) {
    await demo.stop();
    throw error;
  }
  return demo;
}

function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return Promise.resolve();
  return new Promise((resolve) => {
    const kill = setTimeout(() => child.kill("SIGKILL"), 5_000);
    child.on("exit", () => {
      clearTimeout(kill);
      resolve();
    });
    child.kill("SIGTERM");
  });
}
