/** The components of the package: registered when first needed, as WeChat's lazy loading does. */
import { MiniProgramEnv } from 'glass-easel-miniprogram-adapter';
import { Backend, dispatchEvents } from './backend';
import { defineBuiltins } from './builtins';
import type { Built } from './config';
import { elementOf, glass, type Inside } from './glass';
import { answerNodes } from './selector';

const FORM_FIELD = { name: { type: String }, value: { type: null } };

/** Registers components and makes roots of pages. */
export class Components {
  private readonly space: Inside;
  private readonly codeSpace: Inside;
  private readonly backend: Inside;
  private readonly registered = new Set<string>();
  private readonly wxBehaviors = new Map<string, Inside>();
  private awaitingReady: Inside[] = [];

  constructor(private readonly built: Built) {
    const environment = new MiniProgramEnv();
    const builtins = environment.getGlobalCodeSpace().getComponentSpace();
    const definitions = defineBuiltins(builtins);
    this.codeSpace = environment.createCodeSpace('', true);
    this.space = this.codeSpace.getComponentSpace();
    // Otherwise a property called `data` (t-form has one) would hide `this.data`.
    this.space.updateComponentOptions({ writeFieldsToNode: false });
    for (const [tag, definition] of Object.entries(definitions)) {
      this.space.setGlobalUsingComponent(tag, definition);
    }
    this.space.importSpace('wx://', builtins, true);
    this.codeSpace.addStyleSheet('app', 'app');
    const backend = new Backend();
    this.backend = environment.associateBackend(backend);
    this.backend.registerStyleSheetContent('app', built.css);
    dispatchEvents(backend);
    this.fireReady();
    this.codeSpace.componentEnv('__sample', ({ Component }: Inside) => Component({}));
    const sample = this.backend.createRoot('sample', this.codeSpace, '/__sample');
    answerNodes(sample.get().createSelectorQuery());
  }

  /** Make a page's root component; it is not in the document yet. */
  createPage(is: string): Inside {
    this.register(is);
    return this.backend.createRoot('page', this.codeSpace, `/${is}`);
  }

  /** Run the app's own script. */
  runApp(): void {
    this.withGlobals('app', () => this.built.runApp());
  }

  private register(is: string): void {
    if (this.registered.has(is)) return;
    this.registered.add(is);
    const component = this.built.components[is];
    if (!component) throw new Error(`there is no component ${is}`);
    component.dependencies.forEach((dependency) => this.register(dependency));
    if (component.style) {
      this.codeSpace.addStyleSheet(is, is, component.style.scope);
      this.backend.registerStyleSheetContent(is, component.style.css);
    }
    this.codeSpace.addComponentStaticConfig(is, component.json);
    this.codeSpace.addCompiledTemplate(is, {
      groupList: this.built.templates,
      content: this.built.templates[is],
    });
    this.withGlobals(is, () => component.load());
    if (!this.space.getComponentByUrlWithoutDefault(`/${is}`, '')) {
      throw new Error(`${is} calls neither Page nor Component`);
    }
  }

  /** Run a script while Page, Component and Behavior mean this one. */
  private withGlobals(is: string, run: () => void): void {
    const globals = window as Inside;
    this.codeSpace.componentEnv(is, ({ Page, Component, Behavior }: Inside) => {
      const before = [globals.Page, globals.Component, globals.Behavior];
      globals.Page = (definition: Inside) => Page(this.understood(definition));
      globals.Component = (definition: Inside) =>
        definition ? Component(this.understood(definition)) : Component();
      globals.Behavior = (definition: Inside) => Behavior(this.understood(definition));
      try {
        run();
      } finally {
        [globals.Page, globals.Component, globals.Behavior] = before;
      }
    });
  }

  /** `wx://form-field` and its like are words that the adapter does not know. */
  private understood(definition: Inside): Inside {
    if (!definition.behaviors) return definition;
    const behaviors = definition.behaviors.map((behavior: Inside) =>
      typeof behavior === 'string' ? this.wxBehavior(behavior) : behavior,
    );
    return { ...definition, behaviors };
  }

  private wxBehavior(name: string): Inside {
    const known = this.wxBehaviors.get(name);
    if (known) return known;
    const properties = name === 'wx://form-field' ? FORM_FIELD : {};
    const made = this.codeSpace.behavior().definition({ properties }).register();
    this.wxBehaviors.set(name, made);
    return made;
  }

  /** `ready` is left to whoever hosts the framework: children first, once layout is known. */
  private fireReady(): void {
    const attached = (face: Inside): void => {
      if (!this.awaitingReady.length) {
        window.setTimeout(() => {
          const due = this.awaitingReady.reverse();
          this.awaitingReady = [];
          for (const element of due) {
            if (glass.Element.isAttached(element)) element.triggerLifetime('ready', []);
          }
        }, 0);
      }
      this.awaitingReady.push(elementOf(face));
    };
    this.codeSpace.setOverallBehavior(
      this.space.defineBehavior({
        lifetimes: {
          attached(this: Inside) {
            attached(this);
          },
        },
      }),
    );
  }
}
