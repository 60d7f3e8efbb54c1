//! stub
use crate::node::shard::Shard;
use crate::runtime::net::UnixListener;
use std::rc::Rc;
pub(super) async fn serve(shard: Rc<Shard>, listener: UnixListener) {
    while let Some(Ok(_socket)) = shard.stop.or(listener.accept()).await {}
}
