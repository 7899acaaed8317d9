//! A file as the body of an answer, read piece by piece while it is sent: its size is never held in memory.

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use hengjian_app::{AppError, AppResult};
use http_body::{Frame, SizeHint};
use std::{
    fs::File,
    io::Read,
    pin::Pin,
    task::{Context, Poll},
};

/// Bytes read at once.
const PIECE: u64 = 64 * 1024;

/// A file of ours on the local disk that is sent from its beginning to its end.
#[derive(Debug)]
pub struct FileBody {
    file: File,
    left: u64,
}

impl FileBody {
    /// The body of a file that stands at its beginning.
    ///
    /// # Errors
    /// A fault: the file cannot be asked for its size.
    pub fn of(file: File) -> AppResult<Self> {
        let left = file.metadata().map_err(|error| AppError::fault(format!("file to send: {error}")))?.len();
        Ok(Self { file, left })
    }
}

impl http_body::Body for FileBody {
    type Data = Bytes;
    type Error = std::io::Error;

    // A piece comes from the page cache of a file written a moment ago; a thread of its own for it would cost more.
    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let mut piece = Vec::new();
        let read = Read::by_ref(&mut self.file).take(PIECE).read_to_end(&mut piece);
        Poll::Ready(Some(match read {
            Ok(0) => Err(std::io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => {
                self.left = self.left.saturating_sub(count as u64);
                Ok(Frame::data(Bytes::from(piece)))
            }
            Err(error) => Err(error),
        }))
    }
    fn is_end_stream(&self) -> bool {
        self.left == 0
    }
    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

impl IntoResponse for FileBody {
    fn into_response(self) -> Response {
        Body::new(self).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Seek, Write};

    /// The whole file arrives, in pieces, with its length told before.
    #[tokio::test]
    async fn a_file_is_sent_in_pieces() {
        for size in [0_u64, 1, PIECE, PIECE + 1, 3 * PIECE + 7] {
            let mut file = tempfile::tempfile().expect("file");
            let bytes: Vec<u8> = (0..size).map(|n| u8::try_from(n % 251).unwrap_or(0)).collect();
            file.write_all(&bytes).expect("write");
            file.rewind().expect("rewind");
            let mut body = FileBody::of(file).expect("body");
            assert_eq!(http_body::Body::size_hint(&body).exact(), Some(size));
            let mut pieces = Vec::new();
            while let Some(frame) =
                std::future::poll_fn(|cx| http_body::Body::poll_frame(Pin::new(&mut body), cx)).await
            {
                pieces.push(frame.expect("piece").into_data().expect("data"));
            }
            assert_eq!(pieces.len() as u64, size.div_ceil(PIECE));
            assert!(pieces.concat() == bytes, "{size} bytes");
        }
    }
}
