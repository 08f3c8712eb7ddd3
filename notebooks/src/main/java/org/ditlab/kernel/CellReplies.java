package org.ditlab.kernel;

import io.github.spencerpark.jupyter.channels.JupyterSocket;
import io.github.spencerpark.jupyter.channels.ShellChannel;
import io.github.spencerpark.jupyter.channels.ShellReplyEnvironment;
import io.github.spencerpark.jupyter.channels.StdinChannel;
import io.github.spencerpark.jupyter.messages.ContentType;
import io.github.spencerpark.jupyter.messages.MessageContext;
import io.github.spencerpark.jupyter.messages.MessageType;
import io.github.spencerpark.jupyter.messages.publish.PublishError;
import io.github.spencerpark.jupyter.messages.reply.ErrorReply;

/** The answers to one message; a failure goes out under its own name, and once all is said, what follows it is done. */
final class CellReplies extends ShellReplyEnvironment {
    private final JavaKernel kernel;
    private final Runnable afterFailure;
    private boolean failed;

    CellReplies(
            ShellChannel shell,
            StdinChannel stdin,
            JupyterSocket iopub,
            MessageContext context,
            JavaKernel kernel,
            Runnable afterFailure) {
        super(shell, stdin, iopub, context);
        this.kernel = kernel;
        this.afterFailure = afterFailure;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T extends ContentType<T>> void publish(T content) {
        CellFailure failure = kernel.failure();
        if (content instanceof PublishError && failure != null) {
            super.publish((T) new PublishError(failure.title(), failure.getMessage(), failure.lines()));
        } else {
            super.publish(content);
        }
    }

    @Override
    public void replyError(MessageType<?> type, ErrorReply error) {
        failed = true;
        CellFailure failure = kernel.failure();
        ErrorReply named = error;
        if (failure != null) {
            named = new ErrorReply(failure.title(), failure.getMessage(), failure.lines());
            named.setExecutionCount(kernel.cell());
        }
        super.replyError(type, named);
    }

    @Override
    public void resolveDeferrals() {
        super.resolveDeferrals();
        if (failed) {
            failed = false;
            afterFailure.run();
        }
    }
}
