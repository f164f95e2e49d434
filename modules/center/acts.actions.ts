/** The door of the centre's audit for the modules that stand on it. */
export { recordAct, type ActSubject } from './center-audit.store.ts'
