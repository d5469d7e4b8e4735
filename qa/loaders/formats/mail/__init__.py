"""Mail: single messages, mailboxes and the messages of Outlook."""
