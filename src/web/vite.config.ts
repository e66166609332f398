import { defineConfig } from "vite";

export default defineConfig({
  // Relative addresses: the page works behind a proxy's path as well.
  base: "./",
  build: {
    outDir: "../FastCam.Edge/wwwroot",
    emptyOutDir: true,
    target: "es2022",
    // The server's content security policy allows no data: address.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
