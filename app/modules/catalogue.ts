/** The catalogue, wired. */
import { ContainerModule } from 'inversify'
import { addBook } from '../../core/catalogue/use-cases/add-book.ts'
import { changeBook } from '../../core/catalogue/use-cases/change-book.ts'
import * as keep from '../../core/catalogue/use-cases/keep-catalogue-records.ts'
import { CATALOGUE, PERSISTENCE } from '../tokens.ts'

export const catalogueModule = new ContainerModule(({ bind }) => {
  bind(CATALOGUE)
    .toResolvedValue(
      ({ work, queries }) => ({
        queries: queries.catalogue,
        addBook: addBook({ work }),
        changeBook: changeBook({ work }),
        addAuthor: keep.addAuthor({ work }),
        changeAuthor: keep.changeAuthor({ work }),
        removeAuthor: keep.removeAuthor({ work }),
        addPublisher: keep.addPublisher({ work }),
        changePublisher: keep.changePublisher({ work }),
        removePublisher: keep.removePublisher({ work }),
        addGenre: keep.addGenre({ work }),
        changeGenre: keep.changeGenre({ work }),
        removeGenre: keep.removeGenre({ work }),
      }),
      [PERSISTENCE],
    )
    .inSingletonScope()
})
