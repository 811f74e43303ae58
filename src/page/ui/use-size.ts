import { type RefObject, useLayoutEffect, useRef, useState } from 'react';

/** The size of an element, kept up to date. */
export function useSize<Kind extends HTMLElement>(): readonly [
  RefObject<Kind | null>,
  { readonly width: number; readonly height: number },
] {
  const ref = useRef<Kind>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = (): void => {
      const { clientWidth: width, clientHeight: height } = element;
      setSize((known) => (known.width === width && known.height === height ? known : { width, height }));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);
  return [ref, size];
}
