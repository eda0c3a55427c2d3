// Asks before unsaved changes are lost. The browser's own question does not come from a frame of another origin, so this is ours.
import { useId, useLayoutEffect, useRef } from 'react';
import { Button } from 'azure-devops-ui/Button';

interface LeaveDialogProps {
  readonly words: string;
  readonly onStay: () => void;
  readonly onLeave: () => void;
}

export function LeaveDialog({ words, onStay, onLeave }: LeaveDialogProps) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const shown = dialog.current;
    // Escape, the trap for the focus and its way back are the browser's with a modal one; jsdom has none.
    if (typeof shown?.showModal === 'function') shown.showModal();
    else shown?.setAttribute('open', '');
    // It gives the focus back when it closes, and not when it is only taken away.
    return () => {
      if (typeof shown?.close === 'function') shown.close();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      className="weir-dialog"
      aria-labelledby={id}
      onClose={onStay}
      onKeyDownCapture={(event) => {
        // The buttons may keep the key for themselves, so the dialog hears it before them.
        if (event.key === 'Escape') onStay();
      }}
    >
      <h2 id={id} className="title-s">
        Leave without saving?
      </h2>
      <p>{words}</p>
      <div className="weir-filters">
        <Button primary={true} text="Stay" onClick={onStay} />
        <Button text="Leave without saving" onClick={onLeave} />
      </div>
    </dialog>
  );
}
