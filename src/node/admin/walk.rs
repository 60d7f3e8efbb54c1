//! Walks through the whole index, each on a thread of its own, since they may take seconds.

use crate::index::Reader;
use crate::node::admin::AdminFailure;
use crate::runtime::mailbox;

/// What `walk` finds.
///
/// # Errors
/// No thread can be had.
pub(super) async fn walk<T: Send + 'static>(
    reader: &Reader,
    walk: impl FnOnce(&Reader) -> T + Send + 'static,
) -> Result<T, AdminFailure> {
    let failed = || AdminFailure { code: 2400, message: "no thread can be had for it; try again".into() };
    let (reader, (sender, mut receiver)) = (reader.clone(), mailbox::channel(1));
    let walk = move || {
        // Whoever asked may be gone.
        let _ = sender.try_send(walk(&reader));
    };
    std::thread::Builder::new().name("walk".into()).spawn(walk).map_err(|_| failed())?;
    receiver.recv().await.ok_or_else(failed)
}
