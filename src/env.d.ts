/// <reference types="vite/client" />
/** package.json's version, put in by the bundler. */
declare const __APP_VERSION__: string;
/** The git commit that was built (core/node-commit.ts), empty if it is not known; put in by the bundler. */
declare const __COMMIT__: string;
