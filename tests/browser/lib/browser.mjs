// Chromium as the system carries it, without any of its conversations with the outside.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const candidates = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export async function startBrowser() {
  const executablePath = process.env.HENGJIAN_CHROMIUM ?? candidates.find((path) => existsSync(path));
  if (!executablePath) throw new Error("no Chromium; install the package chromium");
  return chromium.launch({
    executablePath,
    headless: true,
    env: { ...process.env, LANGUAGE: "zh_CN" },
    // Chromium refuses its sandbox to root.
    chromiumSandbox: process.getuid?.() !== 0,
    args: [
      // Dates and file fields in the language of the office.
      "--lang=zh-CN",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--disable-dev-shm-usage",
    ],
  });
}
