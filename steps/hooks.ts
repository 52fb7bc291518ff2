// Around every step: what it compared is counted and told to the runner.
import { After, AfterAll, AfterStep, Before, BeforeStep, setDefinitionFunctionWrapper, setWorldConstructor } from '@cucumber/cucumber'
import { assertionsMade } from '../src/cli/run-assertions'
import { CHECKS_MEDIA_TYPE, placeOfStep } from '../src/cli/run-index'
import { endKernelSession, signalsHeard } from '../src/cli/run-kernel'
import { APART_MEDIA_TYPE, tellingApart } from '../src/lab/apart'
import { World } from './world'

setWorldConstructor(World)

/** Cucumber gives a step that lacks its last argument a callback in its place. */
const LACKING = 'Nothing stands below this step: it needs a doc string (""") or a table.'

setDefinitionFunctionWrapper(
  (step: (...args: unknown[]) => unknown) =>
    function (this: World, ...args: unknown[]) {
      if (this.wantsMore && typeof args.at(-1) === 'function') throw new Error(LACKING)
      return tellingApart(
        () => step.apply(this, args),
        why => this.attach(JSON.stringify({ why }), APART_MEDIA_TYPE),
      )
    },
)

Before(async function (this: World, { pickle }) {
  this.feature = pickle.uri
  if ((this.parameters.dataplane ?? 'simulated') !== 'simulated') await signalsHeard()
})

BeforeStep(function (this: World, { gherkinDocument, pickleStep }) {
  this.at = placeOfStep(gherkinDocument, pickleStep.astNodeIds[0] ?? '')
  this.wantsMore = pickleStep.text.endsWith(':') && pickleStep.argument === undefined
  this.checks = 0
  this.assertionsBefore = assertionsMade()
})

AfterStep(function (this: World) {
  const checks = this.checks + assertionsMade() - this.assertionsBefore
  if (checks > 0) this.attach(JSON.stringify({ checks }), CHECKS_MEDIA_TYPE)
})

After(function (this: World) {
  this.warnOfPins()
})

AfterAll(endKernelSession)
