/** The worker's entry: the engine behind comlink. */
import { expose } from 'comlink';
import { Engine } from './engine.ts';

/** What the page passes in the worker's name: its own address and the version of the app. */
const { baseUrl, appVersion } = JSON.parse(self.name) as { baseUrl: string; appVersion: string };

expose(new Engine(baseUrl, appVersion));
