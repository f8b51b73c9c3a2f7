/** The worker's entry: the engine behind comlink. */
import { expose } from 'comlink';
import { Engine } from './engine.ts';

/** What the page passes in the worker's name: its own address, and version and commit of the app. */
const { baseUrl, appVersion, commit } = JSON.parse(self.name) as {
  readonly baseUrl: string;
  readonly appVersion: string;
  readonly commit?: string;
};

expose(new Engine(baseUrl, appVersion, undefined, undefined, undefined, commit));
