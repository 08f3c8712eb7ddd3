package org.ditlab.kernel;

import io.github.spencerpark.jupyter.channels.JupyterConnection;
import io.github.spencerpark.jupyter.channels.ShellChannel;
import io.github.spencerpark.jupyter.channels.ShellHandler;
import io.github.spencerpark.jupyter.channels.ShellReplyEnvironment;
import io.github.spencerpark.jupyter.kernel.KernelConnectionProperties;
import io.github.spencerpark.jupyter.messages.Message;
import io.github.spencerpark.jupyter.messages.MessageContext;
import io.github.spencerpark.jupyter.messages.MessageType;
import io.github.spencerpark.jupyter.messages.reply.ExecuteReply;
import io.github.spencerpark.jupyter.messages.request.ExecuteRequest;
import java.security.GeneralSecurityException;
import org.zeromq.ZMQ;

/**
 * The library's connection, with two things added: errors carry the name of the exception that the cell threw, and after a
 * cell that failed the cells behind it in the queue are answered {@code aborted}, as a front end that runs all cells expects.
 */
final class KernelConnection extends JupyterConnection {
    private final JavaKernel kernel;

    KernelConnection(KernelConnectionProperties properties, JavaKernel kernel) throws GeneralSecurityException {
        super(properties);
        this.kernel = kernel;
        kernel.becomeHandlerForConnection(this);
    }

    /** Answers until the front end asks for the end. */
    void serve() {
        connect();
        waitUntilClose();
    }

    @Override
    public ShellReplyEnvironment prepareReplyEnv(ShellChannel channel, MessageContext context) {
        boolean stops = context instanceof Message<?> message
                && message.getContent() instanceof ExecuteRequest request
                && request.shouldStopOnError();
        return new CellReplies(channel, stdin, iopub, context, kernel, stops ? this::abortQueued : () -> {});
    }

    /** Takes what has come in meanwhile; called on the channel's own thread, which alone may read from it. */
    private void abortQueued() {
        while ((shell.getEvents() & ZMQ.Poller.POLLIN) != 0) {
            Message<?> message = shell.readMessage();
            if (message.getContent() instanceof ExecuteRequest) {
                abort(message);
            } else {
                answer(message);
            }
        }
    }

    private void abort(Message<?> request) {
        ShellReplyEnvironment replies = super.prepareReplyEnv(shell, request);
        replies.setStatusBusy();
        replies.reply(aborted(request));
        replies.setStatusIdle();
    }

    /** The library has no type for it: an execute_reply whose content says no more than this. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Message<?> aborted(Message<?> request) {
        return new Message((MessageContext) request, (MessageType) ExecuteReply.MESSAGE_TYPE, new Aborted("aborted"));
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private void answer(Message<?> message) {
        ShellHandler handler = getHandler((MessageType) message.getHeader().getType());
        if (handler != null) {
            ShellReplyEnvironment replies = super.prepareReplyEnv(shell, message);
            handler.handle(replies, message);
            replies.resolveDeferrals();
        }
    }

    /** @param status the one field of the reply */
    private record Aborted(String status) {}
}
